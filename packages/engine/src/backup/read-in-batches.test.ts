import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readInBatches } from './read-in-batches.ts';

const piece = (bytes: number, value: number): Buffer => Buffer.alloc(bytes, value);

async function lengthsOf(stream: PassThrough): Promise<readonly number[]> {
  const lengths: number[] = [];
  for await (const batch of readInBatches(stream)) lengths.push(batch.length);
  return lengths;
}

test('small pieces come together, in order, and a source that trickles is passed on', async () => {
  const stream = new PassThrough();
  const reading = (async () => {
    const parts: Buffer[] = [];
    for await (const batch of readInBatches(stream)) parts.push(Buffer.from(batch));
    return Buffer.concat(parts);
  })();
  const written: Buffer[] = [];
  for (let number = 0; number < 300; number += 1) {
    written.push(piece(4_000, number % 251));
    stream.write(written.at(-1));
    if (number % 50 === 0) await setImmediate();
  }
  stream.end();
  expect((await reading).equals(Buffer.concat(written))).toBe(true);
});

test('what flows although it was paused is kept: Node lets the output of a child flow once that is gone', async () => {
  const stream = new PassThrough({ highWaterMark: 1 << 22 });
  const iterator = readInBatches(stream);
  const first = iterator.next();
  for (let number = 0; number < 40; number += 1) {
    stream.write(piece(60_000, number));
    stream.resume();
  }
  await setImmediate();
  stream.resume();
  await setImmediate();
  stream.end();
  const parts: Buffer[] = [];
  for (let step = await first; !step.done; step = await iterator.next()) parts.push(Buffer.from(step.value));
  const all = Buffer.concat(parts);
  expect(all.length).toBe(40 * 60_000);
  expect(parts.every((part) => part.length <= 192 * 1024)).toBe(true);
  expect(all.equals(Buffer.concat(Array.from({ length: 40 }, (_, number) => piece(60_000, number))))).toBe(
    true,
  );
});

test('nothing is nothing; an error comes after what was before it', async () => {
  const empty = new PassThrough();
  empty.end();
  expect(await lengthsOf(empty)).toEqual([]);

  const failing = new PassThrough();
  failing.write(piece(10, 1));
  const iterator = readInBatches(failing);
  expect((await iterator.next()).value?.length).toBe(10);
  failing.destroy(new Error('the pipe broke'));
  await expect(iterator.next()).rejects.toThrow('the pipe broke');
});

test('whoever stops reading ends the stream', async () => {
  const stream = new PassThrough();
  stream.write(piece(200_000, 1));
  for await (const batch of readInBatches(stream)) {
    expect(batch.length).toBeGreaterThan(0);
    break;
  }
  expect(stream.destroyed).toBe(true);
});
