import { isForeign, type BackupContents, type OperationInput } from '@holdfast/contracts';
import {
  assertPresent,
  contentsOf,
  exportDump,
  fallBack,
  lookUp,
  planExport,
  type Repository,
} from '@holdfast/engine';
import type { CallOptions } from '@holdfast/client';

// The routes that read backups, answered as the server answers them: bytes come as the body of a Response.

const never = new AbortController().signal;

export async function readContentsLocally(
  repository: Repository,
  { filename, sizes }: OperationInput<'getBackupContents'>,
  { signal = never }: CallOptions = {},
): Promise<BackupContents> {
  const manifest = await repository.find(filename);
  return contentsOf({ repository, signal }, manifest, { withSizes: sizes === '1' });
}

/** The stored file, or the rest of it for a Range whose If-Range names the same file. */
export async function downloadLocally(
  repository: Repository,
  { filename }: OperationInput<'downloadBackup'>,
  { headers = {} }: CallOptions = {},
): Promise<Response> {
  const manifest = await lookUp(repository, filename);
  if (isForeign(manifest)) return answer(repository.storage.get(manifest.key), manifest.filename);
  // Fewer bytes than there should be would look like a connection that broke.
  const { place } = await fallBack(repository, (place) => assertPresent(place, manifest.data));
  const isSame = headers['if-range'] === `"${manifest.data.sha256}"`;
  const start = isSame ? /^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1] : undefined;
  return answer(
    place.readData(manifest, { start: Number(start ?? 0) }),
    manifest.backup.filename,
    start === undefined ? 200 : 206,
  );
}

export async function exportLocally(
  repository: Repository,
  { filename }: OperationInput<'exportBackup'>,
  { signal = never }: CallOptions = {},
): Promise<Response> {
  const manifest = await repository.find(filename);
  return answer(exportDump({ repository, signal }, manifest), planExport(manifest).filename);
}

const answer = (bytes: AsyncIterable<Uint8Array>, filename: string, status = 200): Response =>
  new Response(ReadableStream.from(bytes), {
    status,
    headers: { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename)}` },
  });
