import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARCHIVE_ID, pack } from '../test/archives.ts';
import { collect, copyText, inPieces } from '../test/bytes.ts';
import { packArchive, unpackArchive, type ArchiveTotals, type Codec } from './index.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

const raw = copyText(1_600_000);
type Work = (
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
) => { readonly bytes: AsyncIterable<Uint8Array>; readonly totals: Promise<ArchiveTotals> };

const works = (['zstd', 'gzip', 'none'] as const).flatMap((codec: Codec) => {
  const packing: Work = (source, signal) =>
    packArchive(source, { codec, level: 3, archiveId: ARCHIVE_ID, ...(signal ? { signal } : {}) });
  const unpacking: Work = (source, signal) => unpackArchive(source, { codec, ...(signal ? { signal } : {}) });
  return [
    [`packing ${codec}`, packing, async () => raw] as const,
    [`unpacking ${codec}`, unpacking, async () => (await pack(raw, codec)).file] as const,
  ];
});

/** A source that remembers whether it was asked, and whether it was ended. */
function watched(bytes: Uint8Array): {
  readonly source: AsyncIterable<Uint8Array>;
  readonly asked: () => boolean;
  readonly ended: () => boolean;
} {
  let asked = false;
  let ended = false;
  const pieces = inPieces(bytes, 30_000);
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      asked = true;
      const next = await pieces.next();
      ended ||= next.done === true;
      return next;
    },
    return: async () => {
      ended = true;
      return pieces.return(undefined);
    },
  };
  return { source: { [Symbol.asyncIterator]: () => iterator }, asked: () => asked, ended: () => ended };
}

describe.each(works)('%s', { timeout: 60_000 }, (_name, work, input) => {
  test('a source that fails: the same error, wherever it fails', async () => {
    const bytes = await input();
    for (const after of [0, 1, 30, 5000, Math.floor(bytes.length / 2), bytes.length - 1, bytes.length]) {
      const failure = new Error(`after ${after} bytes`);
      const source = (async function* () {
        yield* inPieces(bytes.subarray(0, after));
        throw failure;
      })();
      const { bytes: out, totals } = work(source);
      await expect(collect(out)).rejects.toBe(failure);
      await expect(totals).rejects.toBe(failure);
    }
  });

  test('a reader that fails at any piece: the source is ended, the totals too', async () => {
    const bytes = await input();
    let pieces = 0;
    for await (const piece of work(inPieces(bytes)).bytes) pieces += Math.sign(piece.length);
    expect(pieces).toBeGreaterThan(4);
    for (let nth = 0; nth < pieces; nth += 1) {
      const { source, ended } = watched(bytes);
      const { bytes: out, totals } = work(source);
      const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      const writing = (async () => {
        let written = 0;
        for await (const piece of out) {
          if (written === nth) throw full;
          written += Math.sign(piece.length);
        }
      })();
      await expect(writing).rejects.toBe(full);
      await expect(totals).rejects.toThrow('not read to its end');
      await expect.poll(ended).toBe(true);
    }
  });

  test('an abort while the source is silent: its reason, at once', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled by a person');
    const bytes = await input();
    const source = (async function* () {
      yield bytes.subarray(0, bytes.length / 2);
      setImmediate(() => abort.abort(reason));
      await new Promise(() => undefined);
    })();
    const { bytes: out, totals } = work(source, abort.signal);
    await expect(collect(out)).rejects.toBe(reason);
    await expect(totals).rejects.toBe(reason);
  });

  test('an abort between two pieces: its reason, and the source is ended', async () => {
    const abort = new AbortController();
    const { source, ended } = watched(await input());
    const { bytes: out, totals } = work(source, abort.signal);
    const reading = (async () => {
      for await (const piece of out) if (piece.length > 0) abort.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    await expect(totals).rejects.toThrow('enough');
    await expect.poll(ended).toBe(true);
  });

  test('an abort before the beginning: the source is not asked', async () => {
    const { source, asked } = watched(await input());
    const { bytes: out } = work(source, AbortSignal.abort(new Error('before')));
    await expect(collect(out)).rejects.toThrow('before');
    expect(asked()).toBe(false);
  });

  test('a reader that stops while the source is silent is not held up', async () => {
    const bytes = await input();
    const source = (async function* () {
      yield bytes.subarray(0, bytes.length - 10);
      await new Promise(() => undefined);
    })();
    const { bytes: out, totals } = work(source);
    for await (const piece of out) if (piece.length > 0) break;
    await expect(totals).rejects.toThrow('not read to its end');
  });
});

test('none of this left a rejection that nobody handled', async () => {
  await new Promise((resolve) => setTimeout(resolve, 50)); // they are told of a turn later
  expect(unhandled).toEqual([]);
});
