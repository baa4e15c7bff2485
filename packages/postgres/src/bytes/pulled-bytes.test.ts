import { expect, test } from 'vitest';
import { pieces } from '../../test/dumps.ts';
import { collect } from '../../test/server.ts';
import { abortable } from './abortable.ts';
import { peek } from './peek.ts';
import { PulledBytes } from './pulled-bytes.ts';

const text = Buffer.from('abcdefghij');

test.each([1, 3, 10, 100])('in pieces of %d bytes', async (sizeBytes) => {
  const bytes = new PulledBytes(pieces(text, sizeBytes));
  expect(String(await bytes.take(4))).toBe('abcd');
  expect(await bytes.skip(2)).toBe(2);
  expect(String(await bytes.take(0))).toBe('');
  expect('ghi'.startsWith(String(await bytes.some(3)))).toBe(true);
  await bytes.take(100);
  expect(await bytes.take(1)).toHaveLength(0);
  expect(await bytes.skip(5)).toBe(0);
});

test('a source may use its buffer again', async () => {
  const buffer = Buffer.alloc(2);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const pair of ['ab', 'cd', 'ef']) {
      buffer.write(pair);
      yield buffer;
    }
  }
  expect(String(await new PulledBytes(source()).take(6))).toBe('abcdef');
});

test('what was looked at is there again', async () => {
  for (const sizeBytes of [1, 3, 100]) {
    const { first, source } = await peek(pieces(text, sizeBytes), 4);
    expect(String(first)).toBe('abcd');
    expect(String(await collect(source))).toBe('abcdefghij');
  }
  expect(String((await peek(pieces(text), 100)).first)).toBe('abcdefghij');
});

test('an abort ends the wait for a stuck source', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  async function* source(): AsyncGenerator<Uint8Array> {
    yield text;
    queueMicrotask(() => stop.abort(reason));
    await new Promise(() => undefined);
  }
  await expect(collect(abortable(source(), stop.signal))).rejects.toBe(reason);
});
