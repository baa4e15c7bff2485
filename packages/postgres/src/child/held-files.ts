import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * The files that a process and its children hold open. undefined when that cannot be known: the process is gone, or
 * the system has no /proc with children in it.
 */
export async function heldFiles(pid: number): Promise<ReadonlySet<string> | undefined> {
  const children = await orGone(readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  if (children === undefined) return undefined;
  const held = new Set<string>();
  for (const one of [String(pid), ...children.split(' ').filter((id) => id.trim() !== '')]) {
    for (const descriptor of (await orGone(readdir(`/proc/${one}/fd`))) ?? []) {
      const file = await orGone(readlink(`/proc/${one}/fd/${descriptor}`));
      if (file !== undefined) held.add(file);
    }
  }
  return held;
}

/** undefined for a process or a descriptor that ended while we looked, which holds nothing any more. */
async function orGone<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && /^(ENOENT|ESRCH)$/.test(String(error.code));
    if (isGone) return undefined;
    throw error;
  }
}
