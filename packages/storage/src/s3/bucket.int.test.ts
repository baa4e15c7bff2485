import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { all, collect, keysOf, pieces, streamOf } from '../../test/bytes.ts';
import { coded } from '../../test/codes.ts';
import { startS3Server, type S3Server } from '../../test/s3-server.ts';
import type { S3Options, Storage } from '../index.ts';
import { openS3Storage } from './open-s3-storage.ts';

const run = promisify(execFile);
const MIB = 1 << 20;
const ALWAYS = Number.POSITIVE_INFINITY;
const denied = { kind: 'refuse', status: 403, code: 'AccessDenied' } as const;

let server: S3Server;
const open = async (
  settings: Parameters<typeof startS3Server>[0] = {},
  options: Partial<S3Options> = {},
): Promise<Storage> => {
  server = await startS3Server(settings);
  return openS3Storage({ ...server.options, ...options });
};
afterEach(() => server.close());

test('a prefix is a place of its own', async () => {
  const one = await open({}, { prefix: 'one' });
  const two = await openS3Storage({ ...server.options, prefix: 'one/two words' });
  const bare = await openS3Storage(server.options);
  expect(two.location).toBe('s3://backups/one/two%20words');
  await one.put('a', streamOf('1'));
  await two.put('a', streamOf('2'));
  expect(await keysOf(two.list(''))).toEqual(['a']);
  expect(await keysOf(one.list(''))).toEqual(['a', 'two words/a']);
  expect(await keysOf(bare.list('one/t'))).toEqual(['one/two words/a']);
  expect(await two.remove('a')).toBe(true);
  expect(await keysOf(bare.list(''))).toEqual(['one/a']);
});

test('a name that is too long with its prefix is refused', async () => {
  const part = 'x'.repeat(200);
  const storage = await open({}, { prefix: `${part}/${part}` });
  await expect(storage.head(`${part}/${part}/${part}/${'x'.repeat(50)}`)).rejects.toThrow(
    coded('path_refused'),
  );
});

test('listings come in pages, names whatever they are, sorted as JavaScript sorts', async () => {
  const storage = await open({ pageSize: 3 });
  const keys = ['a b', 'a+b', 'a%2Fb', 'd/1', 'd/2', 'd/ü', 'z', '\uff5e wide', '😀 astral'];
  for (const key of keys) await storage.put(key, streamOf(key));
  expect(await keysOf(storage.list(''))).toEqual([...keys].sort());
  expect(await keysOf(storage.list('d/'))).toEqual(['d/1', 'd/2', 'd/ü']);
  expect(server.countOf('ListObjectsV2')).toBe(4);
});

describe('a bucket that is not there', () => {
  test('cannot be opened', async () => {
    await open();
    await expect(openS3Storage({ ...server.options, bucket: 'missing' })).rejects.toThrow(
      coded('storage_missing'),
    );
  });

  test('is storage_missing for every verb', async () => {
    const storage = await open({}, { bucket: 'missing', conditionalCreate: true });
    const missing = coded('storage_missing');
    await expect(storage.put('a', streamOf('x'))).rejects.toThrow(missing);
    await expect(storage.put('a', streamOf(...pieces(6 * MIB)))).rejects.toThrow(missing);
    await expect(storage.createIfAbsent('a', Buffer.from('x'))).rejects.toThrow(missing);
    await expect(collect(storage.get('a'))).rejects.toThrow(missing);
    await expect(storage.head('a')).rejects.toThrow(missing);
    await expect(storage.remove('a')).rejects.toThrow(missing);
    await expect(keysOf(storage.list(''))).rejects.toThrow(missing);
    await expect(storage.check()).rejects.toThrow(missing);
    await expect(storage.check()).rejects.toThrow('The bucket missing does not exist');
  });
});

describe('rights', () => {
  test.each([
    ['PutObject', 's3:PutObject', 'storage_read_only'],
    ['DeleteObject', 's3:DeleteObject', 'storage_read_only'],
    ['AbortMultipartUpload', 's3:AbortMultipartUpload', 'storage_read_only'],
  ] as const)('check finds that %s is not allowed', async (on, right, code) => {
    const storage = await open();
    server.inject({ on, harm: denied });
    await expect(storage.check()).rejects.toThrow(coded(code));
    server.inject({ on, harm: denied });
    await expect(storage.check()).rejects.toThrow(`give the account the right ${right} there`);
  });

  test('an account that may only read can open and read', async () => {
    const writer = await open();
    await writer.put('a', streamOf('x'));
    server.inject({ on: 'PutObject', times: ALWAYS, harm: denied });
    const reader = await openS3Storage(server.options);
    expect(reader.conditionalCreate).toBe(false);
    expect((await collect(reader.get('a'))).toString()).toBe('x');
    await expect(reader.put('b', streamOf('x'))).rejects.toThrow(coded('storage_read_only'));
  });

  test.each([
    ['InvalidAccessKeyId', 'refuses the credentials'],
    ['SignatureDoesNotMatch', 'refuses the credentials'],
    ['RequestTimeTooSkewed', 'clock is wrong'],
  ])('%s is told when the bucket is opened', async (code, sentence) => {
    server = await startS3Server();
    server.inject({ on: 'PutObject', times: ALWAYS, harm: { kind: 'refuse', status: 403, code } });
    await expect(openS3Storage(server.options)).rejects.toThrow(sentence);
  });

  test('one that may not read is told which right it lacks', async () => {
    const storage = await open();
    server.inject({ on: 'GetObject', harm: denied });
    await expect(collect(storage.get('a'))).rejects.toThrow('the right s3:GetObject there');
    server.inject({ on: 'ListObjectsV2', harm: denied });
    await expect(keysOf(storage.list(''))).rejects.toThrow('the right s3:ListBucket there');
  });
});

describe('If-None-Match', () => {
  test('is found to be kept, and the probe leaves nothing', async () => {
    const storage = await open();
    expect(storage.conditionalCreate).toBe(true);
    expect(server.calls.map(({ call }) => call)).toEqual(['PutObject', 'PutObject', 'DeleteObject']);
    expect(server.calls.every(({ key }) => /^\.holdfast-probe-[0-9a-f]{16}$/.test(key))).toBe(true);
    expect(await keysOf(storage.list(''))).toEqual([]);
  });

  test('is found to be kept also when the first answer is lost', async () => {
    server = await startS3Server();
    server.inject({ on: 'PutObject', harm: { kind: 'lose reply' } });
    expect((await openS3Storage(server.options)).conditionalCreate).toBe(true);
  });

  test('is not asked for when it is known', async () => {
    const storage = await open({}, { conditionalCreate: true });
    expect(storage.conditionalCreate).toBe(true);
    expect(server.calls).toEqual([]);
  });

  test.each(['ignored', 'unknown'] as const)(
    'that is %s is found out; within one process names are kept all the same',
    async (conditions) => {
      const storage = await open({ conditions });
      expect(storage.conditionalCreate).toBe(false);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, racer) => storage.createIfAbsent('m', Buffer.from(`racer ${racer}`))),
      );
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
      expect((await collect(storage.get('m'))).toString()).toBe(`racer ${answers.indexOf('created')}`);
      await expect(storage.put('m', streamOf('x'))).rejects.toThrow(coded('name_taken'));
      await storage.put('large', streamOf(...pieces(6 * MIB)));
      await expect(storage.put('large', streamOf(...pieces(6 * MIB)))).rejects.toThrow(coded('name_taken'));
    },
  );
});

describe('uploads that never completed', () => {
  /** Uploads of two parts each that their writers could not remove. */
  const leave = async (storage: Storage, keys: readonly string[]): Promise<void> => {
    server.inject({ on: 'AbortMultipartUpload', times: keys.length, harm: denied });
    for (const [index, key] of keys.entries()) {
      const storedBytes = async (): Promise<number> =>
        (await all(storage.leftovers(''))).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const body = (async function* () {
        yield* pieces(11 * MIB);
        await expect.poll(storedBytes).toBe((index + 1) * 10 * MIB);
        throw new Error('pg_dump died');
      })();
      await expect(storage.put(key, body)).rejects.toThrow(
        /pg_dump died What is unfinished could not be removed either: .*s3:AbortMultipartUpload/,
      );
    }
  };

  test('are found with their size, page by page, and removed one by one', async () => {
    const storage = await open({ pageSize: 1 }, { prefix: 'db' });
    await leave(storage, ['app/a', 'app/a', 'other/b c']);
    const found = await all(storage.leftovers(''));
    expect(found.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^app\/a\.[0-9a-f]{12}\.part$/),
      expect.stringMatching(/^app\/a\.[0-9a-f]{12}\.part$/),
      expect.stringMatching(/^other\/b c\.[0-9a-f]{12}\.part$/),
    ]);
    expect(found.map(({ sizeBytes }) => sizeBytes)).toEqual([10 * MIB, 10 * MIB, 10 * MIB]);
    expect(Date.now() - (found[0]?.modifiedAt.getTime() ?? 0)).toBeLessThan(60_000);
    expect(await keysOf(storage.list(''))).toEqual([]);
    expect(await keysOf(storage.leftovers('other/'))).toHaveLength(1);

    await storage.removeLeftover(found[0]?.key ?? '');
    await storage.removeLeftover(found[0]?.key ?? '');
    expect(await keysOf(storage.leftovers(''))).toEqual([found[1]?.key, found[2]?.key]);
  });

  test('do not stand in the way of the next put of that name', async () => {
    const storage = await open();
    await leave(storage, ['app/a']);
    expect(await storage.put('app/a', streamOf('again'))).toEqual({ sizeBytes: 5 });
    expect(await keysOf(storage.leftovers(''))).toHaveLength(1);
  });

  test('removed under a put that is on its way make it fail, and say why', async () => {
    const storage = await open();
    const body = (async function* () {
      yield* pieces(6 * MIB);
      await expect.poll(() => keysOf(storage.leftovers(''))).toHaveLength(1);
      for (const key of await keysOf(storage.leftovers(''))) await storage.removeLeftover(key);
    })();
    await expect(storage.put('app/a', body)).rejects.toThrow('removed from s3://backups by a clean-up');
    expect(await keysOf(storage.list(''))).toEqual([]);
  });
});

describe('object lock', () => {
  const retainUntil = new Date(Date.now() + 86_400_000);

  test.each([
    ['shown by a HEAD', true],
    ['asked for', false],
  ] as const)('%s forbids to remove, and says until when', async (_name, isShown) => {
    const storage = await open({ lock: { mode: 'COMPLIANCE', retainUntil, isShown } });
    await storage.put('app/a', streamOf('x'));
    await expect(storage.remove('app/a')).rejects.toThrow(coded('storage_read_only'));
    await expect(storage.remove('app/a')).rejects.toThrow(
      `s3://backups keeps app/a: it is locked until ${retainUntil.toISOString()} (COMPLIANCE); remove it after that.`,
    );
    expect(server.calls.some(({ call, key }) => call === 'DeleteObject' && key === 'app/a')).toBe(false);
    expect(server.countOf('GetObjectLockConfiguration')).toBe(isShown ? 0 : 1);
  });

  test('that is over lets remove', async () => {
    const lock = { mode: 'GOVERNANCE', retainUntil: new Date(0), isShown: true };
    const storage = await open({ lock });
    await storage.put('app/a', streamOf('x'));
    expect(await storage.remove('app/a')).toBe(true);
  });

  test('that may not be read is no reason to go on', async () => {
    const storage = await open({ lock: { mode: 'COMPLIANCE', retainUntil, isShown: false } });
    await storage.put('app/a', streamOf('x'));
    server.inject({ on: 'GetObjectRetention', harm: denied });
    await expect(storage.remove('app/a')).rejects.toThrow('the right s3:GetObjectRetention there');
  });
});

describe('what a request carries', () => {
  const written = (): readonly (typeof server.calls)[number][] =>
    server.calls.filter(({ call }) => call === 'PutObject' || call === 'UploadPart');
  const write = async (storage: Storage): Promise<void> => {
    await storage.put('large', streamOf(...pieces(6 * MIB)));
    await storage.put('small', streamOf('x'));
    await storage.createIfAbsent('m', Buffer.from('x'));
  };

  test('is what old servers know: signed SHA-256 and MD5, no trailers', async () => {
    await write(await open());
    for (const { headers } of written()) {
      expect(headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
      expect(headers['content-md5']).toMatch(/^[\w+/]{22}==$/);
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers['x-amz-trailer']).toBeUndefined();
      expect(headers['x-amz-checksum-crc32']).toBeUndefined();
      expect(headers['content-length']).toMatch(/^\d+$/);
    }
  });

  test('may be the checksum of new ones', async () => {
    const storage = await open({}, { checksums: 'when_supported' });
    await write(storage);
    for (const { headers } of written()) {
      expect(headers['x-amz-checksum-crc32']).toMatch(/^[\w+/]{6}==$/);
      expect(headers['content-md5']).toBeUndefined();
      expect(headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
    }
    expect((await collect(storage.get('small'))).toString()).toBe('x');
  });

  test('has the storage class of puts alone', async () => {
    await write(await open({}, { storageClass: 'STANDARD_IA' }));
    const classOf = (key: string): unknown =>
      server.calls.find((each) => each.key === key && /^(Put|Create)/.test(each.call))?.headers[
        'x-amz-storage-class'
      ];
    expect([classOf('large'), classOf('small'), classOf('m')]).toEqual([
      'STANDARD_IA',
      'STANDARD_IA',
      undefined,
    ]);
  });
});

test.each([
  [{ storageClass: 'DEEP_ARCHIVE' }, 'cannot be read when they are wanted'],
  [{ partBytes: MIB }, 'partBytes 1048576 is not between'],
  [{ prefix: 'a/../b' }, 'begins with a dot'],
])('%j is refused', async (options, reason) => {
  await open();
  await expect(openS3Storage({ ...server.options, ...options })).rejects.toThrow(reason);
});

test('the SDK is loaded when a bucket is opened, not before', async () => {
  await open();
  const script = `
    const { openStorage, openS3Storage } = await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)});
    const { Module } = await import('node:module');
    const loaded = () => Object.keys(Module._cache).some((path) => path.includes('@aws-sdk'));
    await openStorage('file:///tmp');
    const before = loaded();
    await openS3Storage(${JSON.stringify(server.options)});
    console.log(JSON.stringify([before, loaded()]));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual([false, true]);
});
