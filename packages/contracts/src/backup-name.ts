import type { BackupType, DatabaseId, RunId } from './ids.ts';
import type { Compression } from './backup.ts';

const COMPRESSED: Readonly<Record<Compression, string>> = { zstd: '.zst', gzip: '.gz', none: '' };
const DATA_NAME =
  /^(?<name>.+?)(?:\.(?<attempt>\d{1,4}))?(?:\.r\d+-[0-9a-f]+)?(?<ending>(?:\.(?:dump|tar)(?:\.zst|\.gz)?|\.hfd)(?:\.age)?)$/;
const MANIFEST_NAME = /^(?<name>.+?)\.manifest(?:\.(?<revision>[1-9]\d{0,5}))?\.json$/;
const NAME =
  /^(?<database>[a-z0-9_-]{1,63})_(?<time>\d{8}T\d{6}Z)_(?<type>full|differential|incremental)_(?<run>[0-9a-f]{8})$/;

export const MANIFEST_ENDING = '.manifest.json';

/** Of a backup's manifests the highest revision is in force; the first has no number. */
export const manifestFilename = (name: string, revision: number): string =>
  revision === 1 ? `${name}${MANIFEST_ENDING}` : `${name}.manifest.${revision}.json`;

export function parseManifestFilename(
  filename: string,
): { readonly name: string; readonly revision: number } | undefined {
  const groups = MANIFEST_NAME.exec(filename)?.groups;
  return groups && { name: groups['name'] ?? '', revision: Number(groups['revision'] ?? 1) };
}

/** `<database>_<YYYYMMDD>T<HHMMSS>Z_<type>_<last 8 hex digits of the run id>`; the same for every attempt of a run. */
export function backupName(database: DatabaseId, requestedAt: Date, type: BackupType, run: RunId): string {
  const time = requestedAt
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return `${database}_${time}_${type}_${run.slice(-8)}`;
}

export type DataKind = {
  readonly compression: Compression;
  /** pg_dump's own format [custom]. */
  readonly format?: 'custom' | 'tar' | undefined;
  /** Whether it holds only what its ancestors lack [false]. */
  readonly hasParent?: boolean;
  readonly encrypted?: boolean;
};

/** The data object's file name. The first attempt has the plain name; later ones carry their number, so none is reused. */
export function dataFilename(name: string, attempt: number, kind: DataKind): string {
  const { compression, format = 'custom', hasParent = false, encrypted = false } = kind;
  const dump = `${format === 'tar' ? '.tar' : '.dump'}${COMPRESSED[compression]}`;
  return `${name}${attempt === 1 ? '' : `.${attempt}`}${hasParent ? '.hfd' : dump}${encrypted ? '.age' : ''}`;
}

/** The name of a data object written anew for a revision; `token` tells it from that of another try. */
export const rewrappedFilename = (filename: string, revision: number, token: string): string =>
  filename.replace(
    /(?:\.r\d+-[0-9a-f]+)?(?<ending>(?:\.(?:dump|tar)(?:\.zst|\.gz)?|\.hfd)(?:\.age)?)$/,
    `.r${revision}-${token}$<ending>`,
  );

export type ParsedName = { readonly name: string; readonly database: DatabaseId; readonly type: BackupType };

/** Reads `name`, any of its data file names or its manifests'; undefined when the name is not one of ours. */
export function parseBackupName(filename: string): ParsedName | undefined {
  const stem =
    parseManifestFilename(filename)?.name ?? DATA_NAME.exec(filename)?.groups?.['name'] ?? filename;
  const groups = NAME.exec(stem)?.groups;
  if (!groups) return undefined;
  return { name: stem, database: groups['database'] ?? '', type: groups['type'] as BackupType }; // the pattern allows only these
}
