import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../src/index.ts';
import { collect, keysOf, streamOf } from './bytes.ts';

export type StorageUnderTest = {
  readonly storage: Storage;
  /** The same place, seen by another process. */
  readonly another: Storage;
  close(): Promise<void>;
};

const coded = (code: string): unknown => expect.objectContaining({ name: 'StorageError', code });

/** What every implementation of Storage must do. `holdsObjectsInMemory` spares it the test of flat memory. */
export function describeStorage(
  name: string,
  make: () => Promise<StorageUnderTest>,
  { holdsObjectsInMemory = false }: { readonly holdsObjectsInMemory?: boolean } = {},
): void {
  describe(`${name} as storage`, () => {
    let place: StorageUnderTest;
    let storage: Storage;
    beforeEach(async () => {
      place = await make();
      storage = place.storage;
    });
    afterEach(() => place.close());

    describe('put', () => {
      test('keeps the bytes, their number and their time', async () => {
        const before = Date.now() - 2_000;
        expect(await storage.put('app/a.dump', streamOf('one ', '', 'two'))).toEqual({ sizeBytes: 7 });
        expect(await collect(storage.get('app/a.dump'))).toEqual(Buffer.from('one two'));
        const object = await storage.head('app/a.dump');
        expect(object).toMatchObject({ key: 'app/a.dump', sizeBytes: 7 });
        expect(object?.modifiedAt.getTime()).toBeGreaterThan(before);
      });

      test('keeps an empty object', async () => {
        expect(await storage.put('empty', streamOf())).toEqual({ sizeBytes: 0 });
        expect(await storage.head('empty')).toMatchObject({ sizeBytes: 0 });
        expect(await collect(storage.get('empty'))).toHaveLength(0);
      });

      test('copies what it is given: the writer may use its buffer again', async () => {
        const buffer = Buffer.alloc(3);
        await storage.put(
          'reused',
          (async function* () {
            for (const text of ['abc', 'def']) {
              buffer.write(text);
              yield buffer;
            }
          })(),
        );
        expect((await collect(storage.get('reused'))).toString()).toBe('abcdef');
      });

      test('never overwrites', async () => {
        await storage.put('once', streamOf('first'));
        await expect(storage.put('once', streamOf('second'))).rejects.toThrow(coded('name_taken'));
        expect((await collect(storage.get('once'))).toString()).toBe('first');
      });

      test('that replaces leaves what is there until it is whole', async () => {
        await storage.put('mended', streamOf('damaged'));
        const seen: string[] = [];
        const whole = (async function* () {
          yield Buffer.from('go');
          seen.push((await collect(storage.get('mended'))).toString());
          yield Buffer.from('od');
        })();
        expect(await storage.put('mended', whole, { replaces: true })).toEqual({ sizeBytes: 4 });
        expect(seen).toEqual(['damaged']);
        expect((await collect(storage.get('mended'))).toString()).toBe('good');
        expect(await keysOf(storage.list(''))).toEqual(['mended']);
        expect(await keysOf(storage.leftovers(''))).toEqual([]);
      });

      test('that replaces and fails leaves what is there; where nothing is, it makes it', async () => {
        await storage.put('kept', streamOf('as it was'));
        const failure = new Error('the copy is bad too');
        const body = (async function* () {
          yield Buffer.from('half');
          throw failure;
        })();
        await expect(storage.put('kept', body, { replaces: true })).rejects.toBe(failure);
        expect((await collect(storage.get('kept'))).toString()).toBe('as it was');
        await storage.put('lost', streamOf('back'), { replaces: true });
        expect((await collect(storage.get('lost'))).toString()).toBe('back');
        expect(await keysOf(storage.leftovers(''))).toEqual([]);
      });

      test('shows nothing before it is complete', async () => {
        const seen: (string | undefined)[][] = [];
        await storage.put(
          'app/slow',
          (async function* () {
            yield Buffer.from('half ');
            seen.push([...(await keysOf(storage.list(''))), (await storage.head('app/slow'))?.key]);
            await expect(collect(storage.get('app/slow'))).rejects.toThrow(coded('object_missing'));
            yield Buffer.from('whole');
          })(),
        );
        expect(seen).toEqual([[undefined]]);
        expect(await keysOf(storage.list(''))).toEqual(['app/slow']);
      });

      test('whose source fails leaves nothing and tells that failure', async () => {
        const failure = new Error('pg_dump died');
        const body = (async function* () {
          yield Buffer.from('half');
          throw failure;
        })();
        await expect(storage.put('app/broken', body)).rejects.toBe(failure);
        await expectNothing(storage);
        expect(await storage.put('app/broken', streamOf('again'))).toEqual({ sizeBytes: 5 });
      });

      test('that is aborted leaves nothing, even while its source is silent', async () => {
        const abort = new AbortController();
        const reason = new Error('cancelled by a person');
        const silent = (async function* () {
          yield Buffer.from('half');
          queueMicrotask(() => abort.abort(reason));
          await new Promise(() => undefined);
        })();
        await expect(storage.put('app/aborted', silent, { signal: abort.signal })).rejects.toBe(reason);
        await expectNothing(storage);
      });

      test('that is aborted at its end leaves nothing', async () => {
        const abort = new AbortController();
        const body = (async function* () {
          yield Buffer.from('all');
          abort.abort(new Error('too late'));
        })();
        await expect(storage.put('app/aborted', body, { signal: abort.signal })).rejects.toThrow('too late');
        await expectNothing(storage);
      });

      test('that was aborted before does not begin, and its source is not asked', async () => {
        let asked = false;
        const body = (async function* () {
          asked = true;
          yield Buffer.from('x');
        })();
        await expect(
          storage.put('app/never', body, { signal: AbortSignal.abort(new Error('before')) }),
        ).rejects.toThrow('before');
        expect(asked).toBe(false);
        await expectNothing(storage);
      });

      test('lets its source end when it is aborted between two pieces', async () => {
        const abort = new AbortController();
        let ended = false;
        const body = (async function* () {
          try {
            abort.abort(new Error('enough'));
            for (;;) yield Buffer.from('more');
          } finally {
            ended = true;
          }
        })();
        await expect(storage.put('app/x', body, { signal: abort.signal })).rejects.toThrow('enough');
        // The source may be told while it is still busy, and ends when it gets there.
        await expect.poll(() => ended).toBe(true);
      });

      test('of one key by several writers: none replaces another, what is kept is one of them whole', async () => {
        const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
        const tries = await Promise.allSettled(
          letters.map((letter, index) =>
            (index % 2 === 0 ? storage : place.another).put(
              'app/race',
              (async function* () {
                for (let piece = 0; piece < 20; piece += 1) {
                  await new Promise((resolve) => setImmediate(resolve));
                  yield Buffer.alloc(1000 + index, letter);
                }
              })(),
            ),
          ),
        );
        const won = tries.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
        expect(won).toHaveLength(1);
        const codes = tries.flatMap(
          (each) => (each.status === 'rejected' ? [(each.reason as { code?: string }).code] : []), // checked below
        );
        expect(codes.filter((code) => code !== 'name_taken' && code !== 'storage_failed')).toEqual([]);
        const winner = won[0] ?? Number.NaN;
        expect((await collect(storage.get('app/race'))).toString()).toBe(
          (letters[winner] ?? '').repeat((1000 + winner) * 20),
        );
        expect(await keysOf(storage.leftovers(''))).toEqual([]);
      });
    });

    describe('createIfAbsent', () => {
      test('creates once', async () => {
        expect(await storage.createIfAbsent('app/m.json', Buffer.from('{"a":1}'))).toBe('created');
        expect(await storage.createIfAbsent('app/m.json', Buffer.from('{"a":2}'))).toBe('exists');
        expect((await collect(storage.get('app/m.json'))).toString()).toBe('{"a":1}');
      });

      test('lets one of 20 racers win', async () => {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, racer) =>
            (racer % 2 === 0 ? storage : place.another).createIfAbsent(
              'app/race.json',
              Buffer.from(`racer ${racer}`),
            ),
          ),
        );
        expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
        expect((await collect(storage.get('app/race.json'))).toString()).toBe(
          `racer ${answers.indexOf('created')}`,
        );
        expect(await keysOf(storage.leftovers(''))).toEqual([]);
      });

      test('and put agree that a name is taken', async () => {
        await storage.put('p', streamOf('put'));
        await storage.createIfAbsent('c', Buffer.from('created'));
        expect(await storage.createIfAbsent('p', Buffer.from('x'))).toBe('exists');
        await expect(storage.put('c', streamOf('x'))).rejects.toThrow(coded('name_taken'));
      });

      test('keeps a copy', async () => {
        const bytes = Buffer.from('before');
        await storage.createIfAbsent('copy', bytes);
        bytes.write('after!');
        expect((await collect(storage.get('copy'))).toString()).toBe('before');
      });
    });

    describe('get', () => {
      test.each([
        ['the beginning', { start: 0, endExclusive: 4 }, '0123'],
        ['the middle', { start: 3, endExclusive: 7 }, '3456'],
        ['one byte', { start: 9, endExclusive: 10 }, '9'],
        ['to the end', { start: 7 }, '789'],
        ['beyond the end', { start: 8, endExclusive: 99 }, '89'],
        ['behind the end', { start: 10 }, ''],
        ['far behind the end', { start: 99, endExclusive: 120 }, ''],
        ['nothing', { start: 5, endExclusive: 5 }, ''],
      ])('reads a range: %s', async (_name, range, expected) => {
        await storage.put('digits', streamOf('0123456789'));
        expect((await collect(storage.get('digits', range))).toString()).toBe(expected);
      });

      test('of what is not there', async () => {
        await expect(collect(storage.get('app/none'))).rejects.toThrow(coded('object_missing'));
        await expect(collect(storage.get('app/none'))).rejects.toThrow('app/none');
      });

      test('may be stopped half-way', async () => {
        await storage.put('big', streamOf(Buffer.alloc(5 << 20, 1)));
        for await (const bytes of storage.get('big')) {
          expect(bytes.length).toBeGreaterThan(0);
          break;
        }
        expect(await storage.remove('big')).toBe(true);
      });
    });

    test('head of what is not there is undefined', async () => {
      expect(await storage.head('none')).toBeUndefined();
      expect(await storage.head('app/none')).toBeUndefined();
      await storage.put('app/a', streamOf('x'));
      expect(await storage.head('app')).toBeUndefined();
    });

    test('remove is idempotent, and the name is free again', async () => {
      await storage.put('app/a', streamOf('x'));
      expect(await storage.remove('app/a')).toBe(true);
      expect(await storage.remove('app/a')).toBe(false);
      expect(await storage.remove('other/a')).toBe(false);
      expect(await storage.head('app/a')).toBeUndefined();
      await storage.put('app/a', streamOf('y'));
      expect((await collect(storage.get('app/a'))).toString()).toBe('y');
    });

    describe('list', () => {
      const keys = ['b/2', 'app/b', 'a', 'app-2/x', 'app/a', 'app/a/deep/er', 'app.txt', 'b/10'];
      test.each([
        ['', ['a', 'app-2/x', 'app.txt', 'app/a/deep/er', 'app/b', 'b/10', 'b/2']],
        ['app', ['app-2/x', 'app.txt', 'app/a/deep/er', 'app/b']],
        ['app/', ['app/a/deep/er', 'app/b']],
        ['app/a/d', ['app/a/deep/er']],
        ['b/1', ['b/10']],
        ['c', []],
        ['c/d/e', []],
      ])('what begins with "%s", sorted', async (prefix, expected) => {
        for (const key of keys.filter((key) => key !== 'app/a')) await storage.put(key, streamOf(key));
        const found: string[] = [];
        for await (const object of storage.list(prefix)) {
          expect(object.sizeBytes).toBe(object.key.length);
          expect(object.modifiedAt).toBeInstanceOf(Date);
          found.push(object.key);
        }
        expect(found).toEqual(expected);
      });

      test('survives removing while listing', async () => {
        for (const key of ['x/1', 'x/2', 'x/3']) await storage.put(key, streamOf(key));
        for await (const { key } of storage.list('x/')) await storage.remove(key);
        expect(await keysOf(storage.list(''))).toEqual([]);
      });
    });

    test.each(['größe/日本語 😀.dump', 'a b/c#d?e%2Fé&f', "it's/-rf *", '~/$HOME', 'a'.repeat(237)])(
      'the key %s stands for itself alone',
      async (key) => {
        await storage.put(key, streamOf(key));
        expect((await collect(storage.get(key))).toString()).toBe(key);
        expect(await keysOf(storage.list(''))).toEqual([key]);
        expect(await storage.remove(key)).toBe(true);
      },
    );

    test.each([
      '../outside',
      'a/../../outside',
      '/etc/passwd',
      'a\0b',
      'a\\..\\b',
      'a//b',
      '',
      '.hidden',
      'x'.repeat(300),
      'a.part',
    ])('no verb takes the key %j', async (key) => {
      const refused = coded('path_refused');
      await expect(storage.put(key, streamOf('x'))).rejects.toThrow(refused);
      await expect(storage.createIfAbsent(key, Buffer.from('x'))).rejects.toThrow(refused);
      await expect(collect(storage.get(key))).rejects.toThrow(refused);
      await expect(storage.head(key)).rejects.toThrow(refused);
      await expect(storage.remove(key)).rejects.toThrow(refused);
      await expectNothing(storage);
    });

    test.each(['../', '/etc/', 'a/../'])('no listing goes to %s', async (prefix) => {
      await expect(keysOf(storage.list(prefix))).rejects.toThrow(coded('path_refused'));
    });

    test.each([
      '../outside.part',
      '/etc/a.part',
      'a/../../b.part',
      'a\0.part',
      '.part',
      'a//b.part',
      'a',
      '',
    ])('no leftover is called %j', async (key) => {
      await expect(storage.removeLeftover(key)).rejects.toThrow(coded('path_refused'));
    });

    test('removeLeftover removes no complete object', async () => {
      await storage.put('app/a', streamOf('x'));
      await expect(storage.removeLeftover('app/a')).rejects.toThrow(coded('path_refused'));
      await storage.removeLeftover('app/a.000000000000.part');
      expect(await keysOf(storage.list(''))).toEqual(['app/a']);
    });

    test('check leaves nothing', async () => {
      const { freeBytes = 1 } = await storage.check();
      expect(freeBytes).toBeGreaterThan(0);
      await expectNothing(storage);
    });

    test('asks its source for more only when there is room', async () => {
      let ahead = 0;
      let most = 0;
      const iterator = {
        next: async () => {
          ahead += 1;
          most = Math.max(most, ahead);
          await new Promise((resolve) => setImmediate(resolve));
          ahead -= 1;
          return (asked += 1) > 20
            ? { done: true as const, value: undefined }
            : { done: false as const, value: Buffer.alloc(1 << 16) };
        },
      };
      let asked = 0;
      await storage.put('flow', { [Symbol.asyncIterator]: () => iterator });
      expect(most).toBe(1);
      expect(await storage.head('flow')).toMatchObject({ sizeBytes: 20 << 16 });
    });

    test(`streams a large object${holdsObjectsInMemory ? '' : ' in little memory'}`, async () => {
      const pieces = holdsObjectsInMemory ? 16 : 256;
      const piece = Buffer.alloc(1 << 20, 'holdfast');
      const expected = createHash('sha256');
      const atStart = process.memoryUsage().rss;
      let peak = 0;
      const body = (async function* () {
        for (let count = 0; count < pieces; count += 1) {
          expected.update(piece);
          yield piece;
          peak = Math.max(peak, process.memoryUsage().rss);
        }
      })();
      expect(await storage.put('large', body)).toEqual({ sizeBytes: pieces << 20 });
      const actual = createHash('sha256');
      for await (const bytes of storage.get('large')) {
        actual.update(bytes);
        peak = Math.max(peak, process.memoryUsage().rss);
      }
      expect(actual.digest('hex')).toBe(expected.digest('hex'));
      expect(peak - atStart).toBeLessThan(128 << 20);
    });
  });
}

async function expectNothing(storage: Storage): Promise<void> {
  expect(await keysOf(storage.list(''))).toEqual([]);
  expect(await keysOf(storage.leftovers(''))).toEqual([]);
}
