import { open, rm, type FileHandle } from 'node:fs/promises';
import { CliError } from '../../cli-error.ts';

/** A new file that its owner alone can read, safely on disk. Throws name_taken where there is one, storage_failed. */
export async function writeKeyFile(path: string, text: string): Promise<void> {
  const file = await create(path);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (cause) {
    await rm(path, { force: true }); // half a key is worse than none
    throw failed(path, cause);
  } finally {
    await file.close();
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw failed(path, cause);
    throw new CliError(`${path} is there already, and a key is never overwritten`, {
      code: 'name_taken',
      next: 'choose another name with --output',
      cause,
    });
  }
}

const failed = (path: string, cause: unknown): CliError =>
  new CliError(`${path} cannot be written (${codeOf(cause)})`, {
    code: 'storage_failed',
    next: 'check the path and its rights',
    cause,
  });

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
