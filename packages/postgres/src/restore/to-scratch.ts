import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { abortable } from '../bytes/abortable.ts';
import { PulledBytes } from '../bytes/pulled-bytes.ts';
import { PostgresError } from '../postgres-error.ts';
import { filesNamedBy } from '../contents/files-named-by.ts';
import { notADump } from '../contents/parsing.ts';
import { assertComplete } from '../tar/assert-complete.ts';
import { scratchFailure } from '../scratch/scratch-failure.ts';
import { SMALL_FILE_BYTES } from '../scratch/small-file.ts';
import { TOC_FILE } from '../tar/dump-files.ts';
import { readTar } from '../tar/read-tar.ts';
import type { StoredDump } from './dump-input.ts';

export type ToScratch = {
  readonly source: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  readonly scratchDir: string;
  readonly signal: AbortSignal;
  readonly onProgress?: ((bytes: number) => void) | undefined;
};

/** Writes a dump in the custom format to one file, to its end. */
export async function writeDump(options: ToScratch, folder: string): Promise<StoredDump> {
  const path = join(folder, 'dump');
  await writeFile(path, watched(options), options.scratchDir);
  return { format: 'custom', path };
}

/** Writes the files of a tar of the directory format, to its end. */
export async function unpackTar(options: ToScratch, folder: string): Promise<StoredDump> {
  const bytes = new PulledBytes(watched(options));
  const names = new Set<string>();
  try {
    // What a tar says of sizes is not believed beyond what there is room for.
    for await (const { name, sizeBytes, body } of readTar(bytes, { maxBytes: options.sizeBytes })) {
      const write = sizeBytes <= SMALL_FILE_BYTES ? writeSmallFile : writeFile;
      await write(join(folder, name), body, options.scratchDir);
      names.add(name);
    }
  } finally {
    await bytes.close();
  }
  if (!names.has(TOC_FILE)) throw notADump(`a tar without ${TOC_FILE}`);
  for (const name of names) assertComplete(await filesNamedBy(folder, name), names);
  return { format: 'directory', path: folder };
}

/** New, for this user alone. Only what is said of the file is about the scratch space: the content's errors are its own. */
async function writeFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
  scratchDir: string,
): Promise<void> {
  const onScratch = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw scratchFailure(error, scratchDir);
    }
  };
  const file = await onScratch(open(path, 'wx', 0o600));
  try {
    for await (const piece of content) await onScratch(file.appendFile(piece));
  } finally {
    await file.close();
  }
}

/** The same, at once. */
async function writeSmallFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
  scratchDir: string,
): Promise<void> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Uint8Array.from(piece)); // a source may use its buffers again
  try {
    writeFileSync(path, Buffer.concat(pieces), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw scratchFailure(error, scratchDir);
  }
}

/** The source, counted; an abort ends the wait for it, and it is bounded by what it said of its size. */
async function* watched(options: ToScratch): AsyncGenerator<Uint8Array> {
  const { signal, source, sizeBytes, onProgress } = options;
  let bytes = 0;
  for await (const piece of abortable(source, signal)) {
    bytes += piece.length;
    if (bytes > sizeBytes) {
      throw new PostgresError(
        'invalid_backup',
        `The dump has more than the ${sizeBytes} bytes that were announced; name another backup.`,
      );
    }
    yield piece;
    onProgress?.(bytes);
  }
}
