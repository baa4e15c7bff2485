import { Readable } from 'node:stream';
import { begun, exportDump, planExport } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import { attachment } from '../http/content-disposition.ts';
import type { Answer, CallContext } from '../http/handler.ts';
import { whileWanted } from './while-wanted.ts';
import { withKeysElsewhere } from './with-keys-elsewhere.ts';

/**
 * Streams a backup as one file that needs nothing else. What keeps it from being read at all is answered as a failure; what
 * fails midway breaks the connection off, as an end would be taken for the file's.
 */
export async function answerExport(
  { repository }: Pick<GatewayDependencies, 'repository'>,
  filename: string,
  { gone, isHead }: Pick<CallContext, 'gone' | 'isHead'>,
): Promise<Answer<never>> {
  const manifest = await repository.find(filename);
  const headers = {
    'accept-ranges': 'none',
    'content-disposition': attachment(planExport(manifest).filename),
    'content-type': 'application/octet-stream',
  };
  if (isHead) return { status: 200, stream: undefined, headers };
  const context = { repository, signal: whileWanted(gone) };
  const bytes = await withKeysElsewhere(manifest, () => begun(exportDump(context, manifest)));
  return { status: 200, stream: Readable.from(bytes, { objectMode: false }), headers };
}
