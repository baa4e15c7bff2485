import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';
import { FIRST_ADMIN, hashOf, newToken, TOKEN, type TokenBucket } from './tokens.ts';

export type FirstAdmin = { readonly outcome: 'created' | 'registered-again' | 'already-there' };

/**
 * Sees to it that there is exactly one first admin token, whichever gateways start together and wherever one of them
 * dies: file first, then the marker by compare-and-set, then the token's own key. A token that was revoked later stays so.
 */
export async function ensureFirstAdmin(
  bucket: TokenBucket,
  file: string,
  now: () => Date,
): Promise<FirstAdmin> {
  const marker = await bucket.get(FIRST_ADMIN);
  if (marker) {
    await finishRegistration(bucket, now);
    return { outcome: 'already-there' };
  }
  const { token, made } = await readOrWrite(file);
  const won = await bucket.create(FIRST_ADMIN, { firstAdmin: hashOf(token), registered: false });
  await finishRegistration(bucket, now);
  if (won) return { outcome: made ? 'created' : 'registered-again' };
  const winner = await bucket.get(FIRST_ADMIN);
  const isOurs = winner && 'firstAdmin' in winner.value && winner.value.firstAdmin === hashOf(token);
  // Another machine's gateway was first: the token is in its file, ours opens nothing.
  if (made && !isOurs) await unlink(file);
  return { outcome: 'already-there' };
}

async function finishRegistration(bucket: TokenBucket, now: () => Date): Promise<void> {
  const marker = await bucket.get(FIRST_ADMIN);
  if (!marker || !('firstAdmin' in marker.value) || marker.value.registered) return;
  const { firstAdmin } = marker.value;
  await bucket.create(firstAdmin, { name: 'admin', role: 'admin', createdAt: now().toISOString() });
  await bucket.update(FIRST_ADMIN, { firstAdmin, registered: true }, marker.revision);
}

/** The file appears whole or not at all (link), and never over another. */
async function readOrWrite(file: string): Promise<{ readonly token: string; readonly made: boolean }> {
  const existing = await readToken(file);
  if (existing !== undefined) return { token: existing, made: false };
  const token = newToken();
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${token}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, file);
    return { token, made: true };
  } catch (error) {
    const theirs = await readToken(file);
    if (theirs === undefined) throw error;
    return { token: theirs, made: false };
  } finally {
    await unlink(temporary);
  }
}

async function readToken(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  if (TOKEN.test(text)) return text;
  throw new HoldfastError(
    'invalid_request',
    `${file} holds no admin token (hf_ and 43 characters); move it away, then start again.`,
  );
}
