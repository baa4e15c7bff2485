import { accessSync, constants } from 'node:fs';

/** Of coreutils: sets how much a program collects before it writes to its standard output. */
const STDBUF = '/usr/bin/stdbuf';
const OUTPUT_BYTES = 128 * 1024;

/**
 * The command that writes to a pipe in large pieces, where the machine has stdbuf. pg_dump writes 4 KiB at a time: each
 * wakes us up, which costs a core for a fifth of the dump. stdbuf becomes the program, so its process id and its end are
 * the program's.
 */
export function withLargeOutput(file: string, args: readonly string[]): { file: string; args: string[] } {
  return isExecutable(STDBUF)
    ? { file: STDBUF, args: [`--output=${OUTPUT_BYTES}`, file, ...args] }
    : { file, args: [...args] };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not this system's: the program writes as it always does
  }
}
