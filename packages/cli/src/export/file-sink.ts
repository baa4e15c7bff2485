import { createHash, randomBytes, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { Output } from '../terminal.ts';

/** Where a copy goes: bytes in order, with the hash of all so far. */
export interface Sink {
  /** Bytes that are there already. */
  readonly position: number;
  write(bytes: Uint8Array): Promise<void>;
  /** The sha256 of everything written, in hex. Once only. */
  digest(): string;
  /** The copy is right: it gets its name. */
  keep(): Promise<void>;
  /** The copy is wrong: nothing of it stays. */
  discard(): Promise<void>;
  /** Lets go; what was not kept stays as a part that a later call goes on with, where it can. */
  close(): Promise<void>;
}

/** What a copy will be, so that a part of it is known again. */
export type ExpectedContent = { readonly sha256: string; readonly sizeBytes: number };

/**
 * A file that appears under its name only when it is whole. Until then it is `<path>.<8 digits of its hash>.part`, so
 * that a later call goes on with it only for the same content. Throws name_taken, storage_full, storage_failed.
 */
export async function openFileSink(options: {
  readonly path: string;
  /** Absent for content that is another each time it is made: nothing of it stays then but the whole. */
  readonly expected?: ExpectedContent | undefined;
  /** Replace what has that name already. */
  readonly force: boolean;
}): Promise<Sink> {
  const { path, force, expected } = options;
  const part = `${path}.${expected?.sha256.slice(0, 8) ?? randomBytes(4).toString('hex')}.part`;
  if (!force && (await sizeOf(path)) !== undefined) throw taken(path);
  const hash = createHash('sha256');
  const there = (await sizeOf(part)) ?? 0;
  let position = there <= (expected?.sizeBytes ?? 0) ? await hashFile(part, there, hash) : 0;
  const file = await onDisk(part, () => open(part, position === 0 ? 'w' : 'r+', 0o600));
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  const discard = async (): Promise<void> => {
    await close();
    await rm(part, { force: true });
  };
  return {
    get position() {
      return position;
    },
    write: async (bytes) => {
      await onDisk(part, () => writeAll(file, bytes, position));
      hash.update(bytes);
      position += bytes.length;
    },
    digest: () => hash.digest('hex'),
    keep: async () => {
      await onDisk(part, () => file.sync());
      await close();
      await onDisk(path, () => giveName(part, path, force));
    },
    discard,
    close: () => (expected && position > 0 ? close() : discard()),
  };
}

/** Straight to a pipe: nothing to go on with, nothing to take back. */
export function openPipeSink(output: Output): Sink {
  const hash = createHash('sha256');
  let position = 0;
  return {
    get position() {
      return position;
    },
    write: async (bytes) => {
      await output.writeBytes(bytes);
      hash.update(bytes);
      position += bytes.length;
    },
    digest: () => hash.digest('hex'),
    keep: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function hashFile(path: string, sizeBytes: number, hash: Hash): Promise<number> {
  if (sizeBytes === 0) return 0;
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer); // no encoding is set
  return sizeBytes;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/** `link` refuses a name that somebody took meanwhile; `rename` would replace it. */
async function giveName(part: string, path: string, force: boolean): Promise<void> {
  if (force) await rename(part, path);
  else {
    await link(part, path);
    await rm(part);
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw failed(path, error);
  }
};

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? taken(path) : failed(path, error);
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

const taken = (path: string): CliError =>
  new CliError(`${path} is there already`, {
    code: 'name_taken',
    next: 'choose another name, or replace it with --force',
  });

const failed = (path: string, cause: unknown): CliError =>
  codeOf(cause) === 'ENOSPC'
    ? new CliError(`${path}: the disk is full`, {
        code: 'storage_full',
        next: 'make room and call it again',
        cause,
      })
    : new CliError(`${path} cannot be written (${String(codeOf(cause) ?? cause)})`, {
        code: 'storage_failed',
        next: 'check the path and its rights',
        cause,
      });
