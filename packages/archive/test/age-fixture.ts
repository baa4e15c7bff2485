import { ALICE } from './age-keys.ts';

/** `v1-full.dump.zst.age` holds `v1-full.dump.zst` for Alice and Bob; `v1-repository.key.age` holds Alice's identity. */
export const FIXTURE_PASSPHRASE = 'a passphrase that everybody knows';
export const FIXTURE_IDENTITY = ALICE.identity;
