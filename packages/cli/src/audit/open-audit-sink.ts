import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';

export type AuditSink = {
  /** Undefined: stdout. */
  readonly path: string | undefined;
  readonly bytes: () => number;
  /** Hands the pieces on and keeps a copy of each. */
  passing(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  keep(): Promise<void>;
  /** Removes a file that was not kept. */
  close(): Promise<void>;
};

/** Where an export goes: a new file that nobody else can read, or stdout. Throws name_taken, storage_failed. */
export async function openAuditSink(cli: Cli, output: string | undefined): Promise<AuditSink> {
  const path = output === undefined ? undefined : resolve(output);
  const file = path === undefined ? undefined : await create(path);
  let bytes = 0;
  let kept = file === undefined;
  return {
    path,
    bytes: () => bytes,
    passing: async function* (pieces) {
      for await (const piece of pieces) {
        bytes += piece.length;
        await (file ? file.writeFile(piece) : cli.terminal.stdout.writeBytes(piece));
        yield piece;
      }
    },
    keep: async () => {
      await file?.sync();
      kept = true;
    },
    close: async () => {
      await file?.close();
      if (!kept && path !== undefined) await rm(path, { force: true });
    },
  };
}

async function create(path: string): ReturnType<typeof open> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CliError(
      code === 'EEXIST' ? `${path} is there already` : `${path} cannot be written (${code})`,
      {
        code: code === 'EEXIST' ? 'name_taken' : 'storage_failed',
        next: 'choose another name with --output',
        cause,
      },
    );
  }
}
