import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cli } from '../cli.ts';
import { openFileSink, openPipeSink, type ExpectedContent, type Sink } from './file-sink.ts';

export type Destination = {
  /** `-` for stdout. */
  readonly output: string;
  readonly force: boolean;
};

export type OpenedDestination = { readonly path: string; readonly sink: Sink };

/** A file, a file of this name in a folder, or stdout. Throws name_taken, storage_full, storage_failed. */
export async function openDestination(
  { terminal }: Pick<Cli, 'terminal'>,
  { output, force }: Destination,
  filename: string,
  expected?: ExpectedContent,
): Promise<OpenedDestination> {
  if (output === '-') return { path: '-', sink: openPipeSink(terminal.stdout) };
  const path = await pathFor(output, filename);
  return { path, sink: await openFileSink({ path, force, expected }) };
}

async function pathFor(output: string, filename: string): Promise<string> {
  const isFolder = await stat(output).then(
    (found) => found.isDirectory(),
    () => output.endsWith('/'), // not there: a slash says what it was meant to be, and writing says what is wrong
  );
  return isFolder ? join(output, filename) : output;
}
