import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { chainOf, idOf, unpackAll } from '../../test/chains.ts';
import { grownFixture, openFile } from '../../test/ids-files.ts';

const GROWN_SHA256 = '2168245ba0eb697a0f50846181a3989ff686c7716ac2864f33c62367af87e567';

const read = (name: string): Promise<Buffer> => readFile(new URL(`../../fixtures/${name}`, import.meta.url));

test('the ids of v1-chain-0-full.dump.zst open for ever, and are of that file', async () => {
  const full = await chainOf([await read('v1-chain-0-full.dump.zst')]);
  const ids = await openFile(await read('v1-chain-0-full.dump.zst.ids'), idOf(0));
  expect(ids).toMatchObject({ chunks: full.footer.chunks, lineage: full.lineage });
  for await (const { chunk, ordinal } of full.located())
    expect(ids.find(chunk.sha256, ordinal)).toBe(ordinal);
});

test('v1-chain-1-by-ids.hfd restores for ever', async () => {
  const raw = await unpackAll([await read('v1-chain-1-by-ids.hfd'), await read('v1-chain-0-full.dump.zst')]);
  expect(hash('sha256', raw, 'hex')).toBe(GROWN_SHA256);
  expect(raw.equals(grownFixture())).toBe(true);
});
