import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, keysOf, pieces, streamOf } from '../../test/bytes.ts';
import { coded } from '../../test/codes.ts';
import { startS3Server, type S3Server } from '../../test/s3-server.ts';
import type { Storage } from '../index.ts';
import { openS3Storage } from './open-s3-storage.ts';

const MIB = 1 << 20;
const ALWAYS = Number.POSITIVE_INFINITY;

let server: S3Server;
let storage: Storage;
beforeEach(async () => {
  server = await startS3Server();
  storage = await openS3Storage(server.options);
});
afterEach(() => server.close());

const expectNothing = async (): Promise<void> => {
  expect(await keysOf(storage.list(''))).toEqual([]);
  expect(await keysOf(storage.leftovers(''))).toEqual([]);
};

describe('a put of several parts', () => {
  test('arrives whole, in parts that are alike but for the last', async () => {
    const body = pieces(12 * MIB);
    expect(await storage.put('app/a', streamOf(...body))).toEqual({ sizeBytes: 12 * MIB });
    expect((await collect(storage.get('app/a'))).equals(Buffer.concat(body))).toBe(true);
    const lengths = server.calls
      .filter(({ call }) => call === 'UploadPart')
      .map(({ headers }) => Number(headers['content-length']) / MIB);
    expect(lengths.sort((one, other) => one - other)).toEqual([2, 5, 5]);
    expect(await keysOf(storage.leftovers(''))).toEqual([]);
  });

  test('that ends with a part has no empty one', async () => {
    expect(await storage.put('app/a', streamOf(...pieces(10 * MIB)))).toEqual({ sizeBytes: 10 * MIB });
    expect(server.countOf('UploadPart')).toBe(2);
  });

  test.each([
    ['a busy server', { kind: 'refuse', status: 503, code: 'SlowDown' }],
    ['a broken server', { kind: 'refuse', status: 500, code: 'InternalError' }],
    ['a lost connection', { kind: 'drop' }],
    ['a lost reply', { kind: 'lose reply' }],
  ] as const)('goes on after %s, twice', async (_name, harm) => {
    const body = pieces(11 * MIB);
    server.inject({ on: 'UploadPart', nth: 2, times: 2, harm });
    await storage.put('app/a', streamOf(...body));
    expect((await collect(storage.get('app/a'))).equals(Buffer.concat(body))).toBe(true);
  });

  test.each([
    ['AccessDenied', 403, 'storage_read_only'],
    ['QuotaExceeded', 400, 'storage_full'],
    ['InternalError', 500, 'storage_failed'],
  ] as const)(
    'refused from the third part on (%s) ends at once and leaves nothing',
    async (code, status, expected) => {
      server.inject({ on: 'UploadPart', nth: 3, times: ALWAYS, harm: { kind: 'refuse', status, code } });
      let ended = false;
      const endless = (async function* () {
        try {
          for (;;) yield Buffer.alloc(MIB);
        } finally {
          ended = true;
        }
      })();
      await expect(storage.put('app/a', endless)).rejects.toThrow(coded(expected));
      expect(ended).toBe(true);
      await expectNothing();
    },
  );

  test('refused while its source is silent tells it at once', async () => {
    server.inject({ on: 'UploadPart', harm: { kind: 'refuse', status: 403, code: 'AccessDenied' } });
    const silent = (async function* () {
      yield* pieces(5 * MIB);
      await new Promise(() => undefined);
    })();
    await expect(storage.put('app/a', silent)).rejects.toThrow('s3:PutObject');
    await expectNothing();
  });

  test('whose source fails leaves nothing and tells that failure', async () => {
    const failure = new Error('pg_dump died');
    const body = (async function* () {
      yield* pieces(7 * MIB);
      throw failure;
    })();
    await expect(storage.put('app/a', body)).rejects.toBe(failure);
    await expectNothing();
  });

  test('aborted while parts are on their way leaves nothing', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled by a person');
    const held = Promise.withResolvers<void>();
    server.inject({ on: 'UploadPart', times: ALWAYS, harm: { kind: 'hold', until: held.promise } });
    const body = (async function* () {
      yield* pieces(11 * MIB);
      abort.abort(reason);
      await new Promise(() => undefined);
    })();
    await expect(storage.put('app/a', body, { signal: abort.signal })).rejects.toBe(reason);
    await expectNothing();
    held.resolve();
  });

  test('asks its source for no more than three parts while the server takes none', async () => {
    const held = Promise.withResolvers<void>();
    server.inject({ on: 'UploadPart', times: 2, harm: { kind: 'hold', until: held.promise } });
    let givenBytes = 0;
    const body = (async function* () {
      for (const piece of pieces(40 * MIB)) {
        givenBytes += piece.length;
        yield piece;
      }
    })();
    const put = storage.put('app/a', body);
    await expect.poll(() => givenBytes).toBe(15 * MIB);
    await expect.poll(() => server.countOf('UploadPart')).toBe(2);
    expect(givenBytes).toBe(15 * MIB);
    held.resolve();
    expect(await put).toEqual({ sizeBytes: 40 * MIB });
  });

  test('of one name by two writers: exactly one wins', async () => {
    const another = await openS3Storage(server.options);
    const one = pieces(6 * MIB, 'one');
    const two = pieces(7 * MIB, 'two');
    const tries = await Promise.allSettled([
      storage.put('app/a', streamOf(...one)),
      another.put('app/a', streamOf(...two)),
    ]);
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: coded('name_taken') });
    const winner = tries[0].status === 'fulfilled' ? one : two;
    expect((await collect(storage.get('app/a'))).equals(Buffer.concat(winner))).toBe(true);
    expect(await keysOf(storage.leftovers(''))).toEqual([]);
  });

  test('whose name is taken while it is on its way is refused, and leaves nothing of its own', async () => {
    const body = (async function* () {
      yield* pieces(6 * MIB);
      await storage.createIfAbsent('app/a', Buffer.from('first'));
    })();
    await expect(storage.put('app/a', body)).rejects.toThrow(coded('name_taken'));
    expect((await collect(storage.get('app/a'))).toString()).toBe('first');
    expect(await keysOf(storage.leftovers(''))).toEqual([]);
  });
});

describe('the last request of a put of several parts', () => {
  const body = pieces(6 * MIB);
  const put = (): Promise<unknown> => storage.put('app/a', streamOf(...body));
  const expectWhole = async (): Promise<void> => {
    expect((await collect(storage.get('app/a'))).equals(Buffer.concat(body))).toBe(true);
    expect(await keysOf(storage.leftovers(''))).toEqual([]);
  };

  test.each([
    ['once', 1],
    ['every time', ALWAYS],
  ] as const)('whose reply is lost %s has happened, and is said to have', async (_name, times) => {
    server.inject({ on: 'CompleteMultipartUpload', times, harm: { kind: 'lose reply' } });
    expect(await put()).toEqual({ sizeBytes: 6 * MIB });
    await expectWhole();
  });

  test('answered by 200 and an error is made again', async () => {
    server.inject({ on: 'CompleteMultipartUpload', harm: { kind: 'error in 200', code: 'InternalError' } });
    expect(await put()).toEqual({ sizeBytes: 6 * MIB });
    await expectWhole();
  });

  test('answered by 200 and an error every time has failed, and leaves nothing', async () => {
    server.inject({
      on: 'CompleteMultipartUpload',
      times: ALWAYS,
      harm: { kind: 'error in 200', code: 'InternalError' },
    });
    await expect(put()).rejects.toThrow(coded('storage_failed'));
    await expectNothing();
  });

  test('in conflict with another writer that goes away is made again', async () => {
    server.inject({
      on: 'CompleteMultipartUpload',
      times: 2,
      harm: { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' },
    });
    expect(await put()).toEqual({ sizeBytes: 6 * MIB });
    await expectWhole();
  });
});

describe('a put of one request', () => {
  test('whose reply is lost has happened, and is said to have', async () => {
    server.inject({ on: 'PutObject', times: ALWAYS, harm: { kind: 'lose reply' } });
    expect(await storage.put('app/a', streamOf('whole'))).toEqual({ sizeBytes: 5 });
    expect((await collect(storage.get('app/a'))).toString()).toBe('whole');
  });

  test('answered by 200 and an error is made again', async () => {
    server.inject({ on: 'PutObject', harm: { kind: 'error in 200', code: 'InternalError' } });
    expect(await storage.put('app/a', streamOf('whole'))).toEqual({ sizeBytes: 5 });
  });

  test('answered by 200 and an error every time has failed, and leaves nothing', async () => {
    server.inject({ on: 'PutObject', times: ALWAYS, harm: { kind: 'error in 200', code: 'InternalError' } });
    await expect(storage.put('app/a', streamOf('whole'))).rejects.toThrow(coded('storage_failed'));
    await expectNothing();
  });

  test('answered by 200 without an ETag is believed when it is seen', async () => {
    server.inject({ on: 'PutObject', harm: { kind: 'without', header: 'etag' } });
    expect(await storage.put('app/a', streamOf('whole'))).toEqual({ sizeBytes: 5 });
    expect((await collect(storage.get('app/a'))).toString()).toBe('whole');
  });
});

describe('createIfAbsent', () => {
  test.each([
    ['once', 1],
    ['every time', ALWAYS],
  ] as const)('whose reply is lost %s answers created: the mark tells whose it is', async (_name, times) => {
    server.inject({ on: 'PutObject', times, harm: { kind: 'lose reply' } });
    expect(await storage.createIfAbsent('m', Buffer.from('mine'))).toBe('created');
    expect((await collect(storage.get('m'))).toString()).toBe('mine');
  });

  test('of what another created answers exists, reply lost or not', async () => {
    await storage.createIfAbsent('m', Buffer.from('same'));
    expect(await storage.createIfAbsent('m', Buffer.from('same'))).toBe('exists');
    server.inject({ on: 'PutObject', times: ALWAYS, harm: { kind: 'lose reply' } });
    expect(await storage.createIfAbsent('m', Buffer.from('same'))).toBe('exists');
  });

  test('whose reply is lost, and that cannot look either, says that it is open', async () => {
    server.inject({ on: 'PutObject', times: ALWAYS, harm: { kind: 'lose reply' } });
    server.inject({ on: 'HeadObject', times: 4, harm: { kind: 'drop' } });
    await expect(storage.createIfAbsent('m', Buffer.from('x'))).rejects.toThrow(
      /Whether it did cannot be seen: /,
    );
    expect(await storage.head('m')).toMatchObject({ sizeBytes: 1 });
  });

  test('in conflict asks again', async () => {
    const harm = { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' } as const;
    server.inject({ on: 'PutObject', times: 3, harm });
    expect(await storage.createIfAbsent('m', Buffer.from('x'))).toBe('created');
    server.inject({ on: 'PutObject', times: 2, harm });
    expect(await storage.createIfAbsent('m', Buffer.from('x'))).toBe('exists');
  });

  test('in a conflict that does not end looks who won', async () => {
    const harm = { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' } as const;
    await storage.createIfAbsent('m', Buffer.from('x'));
    server.inject({ on: 'PutObject', times: ALWAYS, harm });
    expect(await storage.createIfAbsent('m', Buffer.from('x'))).toBe('exists');
    await expect(storage.createIfAbsent('n', Buffer.from('x'))).rejects.toThrow(coded('storage_failed'));
  });
});
