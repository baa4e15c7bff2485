import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { decrypt, openFile } from '../../test/age-files.ts';
import { FIXTURE_IDENTITY, FIXTURE_PASSPHRASE } from '../../test/age-fixture.ts';
import { BOB } from '../../test/age-keys.ts';
import { collect, inPieces } from '../../test/bytes.ts';
import { FIXTURE_SHA256 } from '../../test/fixture.ts';
import { inspectArchive } from '../read/inspect-archive.ts';
import { unpackArchive } from '../read/unpack-archive.ts';
import { decryptAge } from './decrypt-age.ts';
import { unsealIdentity } from './key-file.ts';

const read = (name: string): Promise<Buffer> => readFile(new URL(`../../fixtures/${name}`, import.meta.url));

test.each([
  ['its first recipient', FIXTURE_IDENTITY],
  ['its second recipient', BOB.identity],
])('v1-full.dump.zst.age opens for ever, for %s', async (_name, identity) => {
  const file = await read('v1-full.dump.zst.age');
  const archive = await read('v1-full.dump.zst');
  expect((await decrypt(file, [identity])).equals(archive)).toBe(true);
  const raw = unpackArchive(decryptAge(inPieces(file), [identity])).bytes;
  expect(hash('sha256', await collect(raw), 'hex')).toBe(FIXTURE_SHA256);
});

test('an encrypted archive is inspected where it is', async () => {
  const opened = await openFile(await read('v1-full.dump.zst.age'), [FIXTURE_IDENTITY]);
  const archive = await read('v1-full.dump.zst');
  const inspected = await inspectArchive(opened.readRange, opened.sizeBytes);
  const expected = await inspectArchive(async (start, end) => archive.subarray(start, end), archive.length);
  expect(inspected.totals).toEqual(expected.totals);
});

test('v1-repository.key.age opens for ever', async () => {
  expect(await unsealIdentity(await read('v1-repository.key.age'), FIXTURE_PASSPHRASE)).toBe(
    FIXTURE_IDENTITY,
  );
});
