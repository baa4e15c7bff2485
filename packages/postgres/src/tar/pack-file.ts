import { readFileSync, statSync, unlinkSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresError } from '../postgres-error.ts';
import { SMALL_FILE_BYTES } from '../scratch/small-file.ts';
import { BLOCK_BYTES, encodeHeader, paddingOf } from './header.ts';
import type { Pieces } from './pieces.ts';

/** Two blocks of zeros: without them a tar is cut. */
const END = Buffer.alloc(2 * BLOCK_BYTES);

/** Makes a file an entry of a tar and removes it; full pieces are given on, the rest stays in `pieces`. */
export async function* packFile(folder: string, name: string, pieces: Pieces): AsyncGenerator<Buffer> {
  const path = join(folder, name);
  const sizeBytes = statSync(path).size;
  yield* pieces.add(encodeHeader({ name, sizeBytes }));
  if (sizeBytes <= SMALL_FILE_BYTES) {
    const content = readFileSync(path);
    if (content.length !== sizeBytes) throw changed(name);
    yield* pieces.add(content);
    unlinkSync(path);
  } else {
    yield* readLarge(path, name, sizeBytes, pieces);
    await unlink(path);
  }
  yield* pieces.add(Buffer.alloc(paddingOf(sizeBytes)));
}

async function* readLarge(
  path: string,
  name: string,
  sizeBytes: number,
  pieces: Pieces,
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (let left = sizeBytes; left > 0;) {
      const { bytesRead } = await file.read(pieces.room(left));
      if (bytesRead === 0) throw changed(name);
      left -= bytesRead;
      yield* pieces.filled(bytesRead);
    }
    if ((await file.stat()).size !== sizeBytes) throw changed(name);
  } finally {
    await file.close();
  }
}

/** The end of the tar, and with it the last piece. */
export function* packEnd(pieces: Pieces): Generator<Buffer> {
  yield* pieces.add(END);
  yield* pieces.rest();
}

const changed = (name: string): PostgresError =>
  new PostgresError('dump_failed', `The file ${name} of the dump changed while it was read; try again.`);
