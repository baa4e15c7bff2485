import { HoldfastError } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Answer, CallContext } from '../http/handler.ts';
import { fileAnswer } from '../http/send-file.ts';

/** The data file of a backup, under the name it was asked by. A file that is not what its manifest says is refused. */
export async function downloadAnswer(
  deps: GatewayDependencies,
  filename: string,
  context: Pick<CallContext, 'headers' | 'isHead'>,
): Promise<Answer<never>> {
  const { repository } = deps;
  const manifest = await repository.find(filename);
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
    sha256: data.sha256,
    modifiedAt: new Date(backup.createdAt),
    read: (range: { start: number; endExclusive: number }) => repository.readData(manifest, range),
  };
  return fileAnswer(file, context);
}
