import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** What a file holds, made at the first time: 256 random bits, 0600. It appears whole or not at all. */
export async function secretIn(path: string): Promise<string> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (present.trim() !== '') return present.trim();
  const secret = randomBytes(32).toString('base64url');
  await writeSecret(path, secret);
  return secret;
}

/** Replaces the file as a whole; 0600. */
export async function writeSecret(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, `${text.trimEnd()}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
