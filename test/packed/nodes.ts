import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A Node of that major: our own, or one in PATH. Undefined where the machine has none. */
export async function findNodeOf(major: number): Promise<string | undefined> {
  const inPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  for (const node of new Set([process.execPath, ...inPath])) {
    if (!existsSync(node)) continue;
    const { stdout } = await promisify(execFile)(node, ['--version']);
    if (stdout.startsWith(`v${major}.`)) return node;
  }
  return undefined;
}
