import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';
import { nkeys } from 'nats';

export type UserSeed = { readonly seed: string; readonly publicKey: string };

/** The user's key pair: `<dir>/<user>.nk`, only its owner's to read; made the first time. */
export async function seedOf(dir: string, user: string): Promise<UserSeed> {
  const file = join(dir, `${user}.nk`);
  const seed = (await readIfPresent(file)) ?? (await make(file));
  try {
    return { seed, publicKey: nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey() };
  } catch (cause) {
    const message = `${file} holds no nkey seed; remove it, and a new one is made.`;
    throw new HoldfastError('invalid_request', message, { cause });
  }
}

async function make(file: string): Promise<string> {
  const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
  await writeFile(file, `${seed}\n`, { mode: 0o600, flag: 'wx' });
  return seed;
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
