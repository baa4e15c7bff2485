import { z } from 'zod';
import type { BackupSummary } from '../backup.ts';
import { declareRoutes } from './declaration.ts';
import { filenameParams } from './backups.ts';

/** One object of a dump, or the data of one. */
const contentsEntrySchema = z.object({
  /** As pg_restore words it: TABLE, TABLE DATA, INDEX, ACL, BLOBS, … */
  kind: z.string(),
  schema: z.string().optional(),
  name: z.string(),
  owner: z.string().optional(),
  /** Bytes of the data as text, where they were asked for and there is data. */
  sizeBytes: z.number().int().optional(),
});

/** What is inside a backup, in the order of its dump. */
export const contentsSchema = z
  .object({
    filename: z.string(),
    /** pg_dump's format: `custom`, or the `tar` of a parallel dump. */
    kind: z.enum(['custom', 'tar']),
    entries: z.array(contentsEntrySchema),
    /** Of all data together, where it was asked for. */
    dataBytes: z.number().int().optional(),
  })
  .meta({ id: 'BackupContents' });
export type BackupContents = z.infer<typeof contentsSchema>;

/** Whether the stored file needs neither parents nor keys, so that an export of it is a copy. */
export const isStandalone = ({ type, encrypted }: Pick<BackupSummary, 'type' | 'encrypted'>): boolean =>
  type === 'full' && !encrypted;

const readingErrors = [
  'backup_not_found',
  'path_refused',
  'manifest_invalid',
  'storage_missing',
  'storage_failed',
  'data_missing',
  'archive_truncated',
  'archive_corrupt',
  'parent_missing',
  'parent_changed',
  'key_missing',
  'key_wrong',
] as const;

export const exportRoutes = declareRoutes({
  getBackupContents: {
    method: 'GET',
    path: '/api/v1/backups/:filename/contents',
    tag: 'backups',
    summary: 'What is inside a backup; with sizes all of it is read, which may take minutes',
    permission: 'backup:read',
    failureShape: 'problem',
    params: filenameParams,
    query: z.strictObject({
      sizes: z.enum(['0', '1']).optional().describe('`1`: the bytes of the data of each table as well.'),
    }),
    replies: { 200: { description: "The dump's table of contents.", schema: contentsSchema } },
    errors: [...readingErrors, 'invalid_backup', 'tools_missing', 'server_newer_than_tools'],
  },
  exportBackup: {
    method: 'GET',
    path: '/api/v1/backups/:filename/export',
    tag: 'backups',
    summary: 'The backup as one file that needs neither its parents nor a key',
    permission: 'backup:download',
    failureShape: 'problem',
    params: filenameParams,
    replies: {
      200: {
        description:
          'The file, made while it is sent: no length, no ranges. The connection breaks off when it fails midway.',
        contentType: 'application/octet-stream',
      },
    },
    errors: readingErrors,
  },
});
