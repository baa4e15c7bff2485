import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Child, ChildEnd } from './start-child.ts';

export type Collected = ChildEnd & { readonly stdout: Buffer };

/** Collects what a child writes until its end; `stop` is called, and ends it, after `maxBytes`. */
export async function collectChild(
  child: Child,
  options: { readonly maxBytes: number; readonly stop: (reason: Error) => void },
): Promise<Collected> {
  const stdout = child.stdout as Readable; // callers start it with a pipe
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  stdout.on('data', (piece: Buffer) => {
    sizeBytes += piece.length;
    if (sizeBytes <= options.maxBytes) pieces.push(piece);
    else options.stop(new Error(`a child wrote more than the ${options.maxBytes} bytes that are taken`));
  });
  const closed = once(stdout, 'close');
  const end = await child.ended;
  await closed;
  return { ...end, stdout: Buffer.concat(pieces) };
}
