import { HoldfastError, isForeign, type ForeignBackup } from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Answer, CallContext } from '../http/handler.ts';
import { fileAnswer, type FileToSend } from '../http/send-file.ts';

/** The data file of a backup, under the name it was asked by. A file that is not what its manifest says is refused. */
export async function downloadAnswer(
  deps: GatewayDependencies,
  filename: string,
  context: Pick<CallContext, 'headers' | 'isHead'>,
): Promise<Answer<never>> {
  const { repository } = deps;
  const manifest = await lookUp(repository, filename);
  if (isForeign(manifest)) return fileAnswer(foreignFile(deps, manifest), context);
  const { backup, data } = manifest;
  const object = await repository.storage.head(data.key);
  if (!object) {
    throw new HoldfastError(
      'data_missing',
      `${data.key} is gone although its manifest is there; restore it from a copy.`,
    );
  }
  if (object.sizeBytes !== data.sizeBytes) {
    const message = `${data.key} has ${object.sizeBytes} bytes, its manifest says ${data.sizeBytes}: it was changed or cut. Restore it from a copy.`;
    throw new HoldfastError(
      object.sizeBytes < data.sizeBytes ? 'archive_truncated' : 'archive_corrupt',
      message,
    );
  }
  const file = {
    filename: backup.filename,
    sizeBytes: data.sizeBytes,
    etag: data.sha256,
    modifiedAt: new Date(backup.createdAt),
    read: (range: { start: number; endExclusive: number }) => repository.readData(manifest, range),
  };
  return fileAnswer(file, context);
}

/** What nobody vouches for is told apart by what is known of it: its hash when it was uploaded, else time and size. */
const foreignFile = (
  { repository: { storage } }: GatewayDependencies,
  { key, filename, sizeBytes, sha256, createdAt }: ForeignBackup,
): FileToSend => ({
  filename,
  sizeBytes,
  etag: sha256 ?? `${Date.parse(createdAt)}-${sizeBytes}`,
  modifiedAt: new Date(createdAt),
  read: (range) => storage.get(key, range),
});
