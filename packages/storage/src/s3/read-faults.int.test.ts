import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, keysOf, pieces, streamOf } from '../../test/bytes.ts';
import { coded } from '../../test/codes.ts';
import { startS3Server, type S3Server } from '../../test/s3-server.ts';
import type { Storage } from '../index.ts';
import { openS3Storage } from './open-s3-storage.ts';

const MIB = 1 << 20;
const ALWAYS = Number.POSITIVE_INFINITY;
const body = pieces(3 * MIB);
const whole = Buffer.concat(body);

let server: S3Server;
let storage: Storage;
beforeEach(async () => {
  server = await startS3Server();
  storage = await openS3Storage(server.options);
  await storage.put('app/a', streamOf(...body));
});
afterEach(() => server.close());

const rangesAsked = (): readonly (string | undefined)[] =>
  server.calls.filter(({ call }) => call === 'GetObject').map(({ headers }) => headers.range);

describe('a read whose connection breaks', () => {
  test('goes on where it was, of the same object', async () => {
    server.inject({ on: 'GetObject', harm: { kind: 'cut', afterBytes: MIB + 7 } });
    expect((await collect(storage.get('app/a'))).equals(whole)).toBe(true);
    const [first, second] = server.calls.filter(({ call }) => call === 'GetObject');
    expect(first?.headers.range).toBeUndefined();
    expect(second?.headers.range).toMatch(/^bytes=\d+-3145727$/);
    expect(second?.headers['if-match']).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test('again and again comes to its end as long as it gets on', async () => {
    server.inject({ on: 'GetObject', times: 12, harm: { kind: 'cut', afterBytes: 200_000 } });
    expect((await collect(storage.get('app/a'))).equals(whole)).toBe(true);
  });

  test('in a range gives that range', async () => {
    server.inject({ on: 'GetObject', harm: { kind: 'cut', afterBytes: 1_000 } });
    const range = { start: 5_000, endExclusive: 900_000 };
    expect((await collect(storage.get('app/a', range))).equals(whole.subarray(5_000, 900_000))).toBe(true);
    expect(rangesAsked()[0]).toBe('bytes=5000-899999');
    expect(rangesAsked()[1]).toMatch(/^bytes=\d+-899999$/);
  });

  test('without giving a byte fails after some tries, and says how far it was', async () => {
    server.inject({ on: 'GetObject', harm: { kind: 'cut', afterBytes: 0 }, times: ALWAYS });
    await expect(collect(storage.get('app/a'))).rejects.toThrow(/read app\/a beyond byte 0 .*try again/);
    expect(server.countOf('GetObject')).toBe(5);
  });

  test('of an object that was replaced meanwhile does not mix the two', async () => {
    server.inject({ on: 'GetObject', harm: { kind: 'cut', afterBytes: MIB } });
    const reading = async (): Promise<void> => {
      let isFirst = true;
      for await (const _bytes of storage.get('app/a')) {
        if (!isFirst) continue;
        isFirst = false;
        await storage.remove('app/a');
        await storage.put('app/a', streamOf(Buffer.alloc(3 * MIB, 'other')));
      }
    };
    await expect(reading()).rejects.toThrow('was replaced while it was read');
  });
});

test('an answer of other bytes than were asked for is refused', async () => {
  server.inject({ on: 'GetObject', harm: { kind: 'without', header: 'content-range' } });
  await expect(collect(storage.get('app/a', { start: 10 }))).rejects.toThrow('answered with other bytes');
});

test.each([
  ['GetObject', () => collect(storage.get('app/a'))],
  ['HeadObject', () => storage.head('app/a')],
  ['ListObjectsV2', () => keysOf(storage.list(''))],
  ['DeleteObject', () => storage.remove('app/a')],
  ['ListMultipartUploads', () => keysOf(storage.leftovers(''))],
] as const)('%s is made again when the server is busy', async (on, work) => {
  server.inject({ on, times: 3, harm: { kind: 'refuse', status: 503, code: 'SlowDown' } });
  await expect(work()).resolves.toBeDefined();
  expect(server.countOf(on)).toBeGreaterThanOrEqual(4);
});

test('a server that stays busy is told of after the tries', async () => {
  server.inject({ on: 'HeadObject', times: ALWAYS, harm: { kind: 'refuse', status: 503, code: 'SlowDown' } });
  await expect(storage.head('app/a')).rejects.toThrow(coded('storage_failed'));
});

test('silence ends after requestTimeoutMs', async () => {
  const impatient = await openS3Storage({ ...server.options, requestTimeoutMs: 200, maxTries: 2 });
  const held = Promise.withResolvers<void>();
  server.inject({ on: 'HeadObject', times: ALWAYS, harm: { kind: 'hold', until: held.promise } });
  await expect(impatient.head('app/a')).rejects.toThrow(/connection .* was lost .*TimeoutError/);
  held.resolve();
});

test('a slow server is waited for', async () => {
  const held = Promise.withResolvers<void>();
  server.inject({ on: 'GetObject', harm: { kind: 'hold', until: held.promise } });
  const read = collect(storage.get('app/a'));
  await expect.poll(() => server.countOf('GetObject')).toBe(1);
  held.resolve();
  expect((await read).equals(whole)).toBe(true);
});

test('a server that is not there', async () => {
  const gone = await openS3Storage({
    ...server.options,
    endpoint: 'http://127.0.0.1:9',
    conditionalCreate: true,
    maxTries: 1,
  });
  await expect(gone.head('app/a')).rejects.toThrow(
    'http://127.0.0.1:9 cannot be reached to look at app/a in s3://backups (ECONNREFUSED)',
  );
});
