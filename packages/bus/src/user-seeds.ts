import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';
import { nkeys } from 'nats';

export type UserSeed = { readonly seed: string; readonly publicKey: string };

/** Where the user's key lies. */
export const seedFileOf = (dir: string, user: string): string => join(dir, `${user}.nk`);

/** The user's key pair: `<dir>/<user>.nk`, only its owner's to read; made the first time. */
export async function seedOf(dir: string, user: string): Promise<UserSeed> {
  const file = seedFileOf(dir, user);
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
  // Whole or not at all: half a key would lock the user out for ever.
  await writeFile(`${file}.new`, `${seed}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return seed;
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    const seed = (await readFile(file, 'utf8')).trim();
    await chmod(file, 0o600);
    return seed;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
