import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresError } from '../postgres-error.ts';

export type PassFile = { readonly path: string; remove(): void };

// The owner's host and pid stand in the name, so that a later process can tell what a killed one left.
const PREFIX = `holdfast-pass-${hostname().replace(/[^a-zA-Z0-9]/g, '')}-`;
let isSwept = false;

/**
 * A file that gives libpq `password` for whatever it connects to: 0600, in a 0700 folder. Remove it after the child's
 * end. Synchronous, as starting a child is.
 */
export function writePassFile(password: string): PassFile {
  if (/[\r\n\0]/.test(password)) {
    throw new PostgresError(
      'invalid_request',
      'The password holds a line break, which a PostgreSQL password file cannot; choose another one.',
    );
  }
  if (!isSwept) sweep();
  isSwept = true;
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const path = join(folder, 'pgpass');
  const escaped = password.replace(/[\\:]/g, (character) => `\\${character}`);
  writeFileSync(path, `*:*:*:*:${escaped}\n`, { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Removes what killed processes of this host left behind. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // another user's: not ours to remove
    }
  }
}

/** Whether a process has that id; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
