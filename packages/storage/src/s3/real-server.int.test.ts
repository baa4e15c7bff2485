import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { collect, keysOf, pieces, streamOf } from '../../test/bytes.ts';
import { coded } from '../../test/codes.ts';
import { describeStorage, type StorageUnderTest } from '../../test/conformance.ts';
import { openStorage, type Storage } from '../index.ts';

/**
 * The capability these tests declare: a bucket that may be written to, as HOLDFAST_TEST_S3=s3://bucket/prefix?endpoint=…,
 * with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Each test takes a new prefix below it, and empties that.
 */
const destination = process.env['HOLDFAST_TEST_S3'];
const why = destination ? '' : ' (HOLDFAST_TEST_S3 names no bucket)';

async function makePlace(): Promise<StorageUnderTest> {
  const url = new URL(destination ?? '');
  url.pathname += `${url.pathname.endsWith('/') ? '' : '/'}${randomBytes(6).toString('hex')}`;
  const open = (): Promise<Storage> => openStorage(url, { partBytes: 5 << 20 });
  const [storage, another] = await Promise.all([open(), open()]);
  return {
    storage,
    another,
    close: async () => {
      for (const key of await keysOf(storage.leftovers(''))) await storage.removeLeftover(key);
      for (const key of await keysOf(storage.list(''))) await storage.remove(key);
    },
  };
}

describe.skipIf(destination === undefined)(`a server of the environment${why}`, () => {
  describeStorage('its bucket', makePlace);

  test('keeps If-None-Match, and takes uploads of parts', async () => {
    const { storage, close } = await makePlace();
    expect(storage.conditionalCreate).toBe(true);
    const body = pieces(11 << 20);
    await storage.put('app/a', streamOf(...body));
    expect((await collect(storage.get('app/a'))).equals(Buffer.concat(body))).toBe(true);
    await expect(storage.put('app/a', streamOf(...body))).rejects.toThrow(coded('name_taken'));
    await close();
  });

  // Some servers do not, and then two puts that end in the same moment both succeed; commits are not concerned.
  test('keeps If-None-Match also for the last request of an upload', async () => {
    const { storage, another, close } = await makePlace();
    const tries = await Promise.allSettled(
      [storage, another].map((each) => each.put('app/a', streamOf(...pieces(6 << 20)))),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await close();
  });

  test('finds uploads that are under way, and aborts them', async () => {
    const { storage, close } = await makePlace();
    const cut = (async function* () {
      yield* pieces(6 << 20);
      await expect.poll(() => keysOf(storage.leftovers('app/')), { timeout: 10_000 }).toHaveLength(1);
      for (const key of await keysOf(storage.leftovers('app/'))) await storage.removeLeftover(key);
      yield* pieces(5 << 20);
    })();
    await expect(storage.put('app/a', cut)).rejects.toThrow(coded('storage_failed'));
    expect(await keysOf(storage.list(''))).toEqual([]);
    await close();
  });
});
