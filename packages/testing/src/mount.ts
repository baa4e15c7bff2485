import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why a test may not mount a small disk of its own; undefined where it may: root, and not in a container without the right. */
export async function mountObstacle(): Promise<string | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'hf-mount-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', dir]);
    await run('umount', [dir]);
    return undefined;
  } catch (error) {
    return `no mount: ${error instanceof Error ? error.message.trim() : String(error)}`;
  } finally {
    await rmdir(dir);
  }
}
