import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { encryptAge } from '../src/age/encrypt-age.ts';
import { sealIdentity } from '../src/age/key-file.ts';
import { FIXTURE_IDENTITY, FIXTURE_PASSPHRASE } from './age-fixture.ts';
import { ALICE, BOB } from './age-keys.ts';

// Makes the encrypted fixtures once; those that exist stay as they are, they must open for ever.
const folder = new URL('../fixtures/', import.meta.url);
const archive = createReadStream(new URL('v1-full.dump.zst', folder)) as AsyncIterable<Uint8Array>; // it has no encoding
const encrypted = encryptAge(archive, [ALICE.recipient, BOB.recipient]);
await writeFile(new URL('v1-full.dump.zst.age', folder), encrypted, { flag: 'wx' });
const keyFile = await sealIdentity(FIXTURE_IDENTITY, FIXTURE_PASSPHRASE);
await writeFile(new URL('v1-repository.key.age', folder), keyFile, { flag: 'wx' });
