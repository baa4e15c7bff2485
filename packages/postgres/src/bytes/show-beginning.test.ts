import { describe, expect, test } from 'vitest';
import { showBeginning } from './show-beginning.ts';

async function* pieces(count: number, failure?: Error): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(4); // used again, as a source may
  for (let piece = 0; piece < count; piece += 1) yield buffer.fill(piece);
  if (failure) throw failure;
}
async function valuesOf(source: AsyncIterable<Uint8Array>, most = Infinity): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of source) {
    await new Promise(setImmediate);
    values.push(piece[0] ?? -1);
    if (values.length >= most) break;
  }
  return values;
}
const never = new AbortController().signal;

describe('a source whose beginning is shown', () => {
  test('both readers see all of it', async () => {
    const { bytes, beginning } = showBeginning(pieces(5), never);
    expect(await Promise.all([valuesOf(bytes), valuesOf(beginning)])).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
  });

  test.each([1, 3])('the second leaves after %i pieces, the first reads on', async (most) => {
    const { bytes, beginning } = showBeginning(pieces(5), never);
    const second = valuesOf(beginning, most);
    expect(await valuesOf(bytes)).toEqual([0, 1, 2, 3, 4]);
    expect(await second).toEqual([0, 1, 2].slice(0, most));
  });

  test('its failure is the failure of both', async () => {
    const failure = new Error('pg_dump failed');
    const { bytes, beginning } = showBeginning(pieces(2, failure), never);
    const ends = await Promise.allSettled([valuesOf(bytes), valuesOf(beginning)]);
    expect(ends).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ]);
  });

  test('an abort lets the first go on, and the second hears of it', async () => {
    const stop = new AbortController();
    const { bytes, beginning } = showBeginning(pieces(3), stop.signal);
    const first = valuesOf(bytes); // waits: nobody looks at the beginning
    await new Promise(setImmediate);
    const reason = new Error('stopped');
    stop.abort(reason);
    expect(await first).toEqual([0, 1, 2]);
    await expect(valuesOf(beginning)).rejects.toBe(reason);
  });

  test('when the first leaves early the second waits for the reason', async () => {
    const stop = new AbortController();
    const { bytes, beginning } = showBeginning(pieces(3), stop.signal);
    const second = valuesOf(beginning);
    expect(await valuesOf(bytes, 1)).toEqual([0]);
    const reason = new Error('the disk is full');
    setImmediate(() => stop.abort(reason));
    await expect(second).rejects.toBe(reason);
  });
});
