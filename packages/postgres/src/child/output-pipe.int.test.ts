import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { openOutputPipe, PIECE_BYTES } from './output-pipe.ts';
import { startChild } from './start-child.ts';

const stop = new AbortController();
const shell = async (script: string) => {
  const pipe = await openOutputPipe();
  const child = startChild({
    file: '/bin/sh',
    args: ['-c', script],
    environment: { PATH: '/bin:/usr/bin' },
    signal: stop.signal,
    stdout: pipe.writeEnd,
  });
  pipe.writeEnd.destroy();
  return { child, source: pipe.source };
};

test('all of it comes, in order, however often it is paused', async () => {
  const { child, source } = await shell('seq 1 400000');
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let largest = 0;
  source.begin((piece) => {
    hash.update(piece);
    sizeBytes += piece.length;
    largest = Math.max(largest, piece.length);
    setImmediate(() => source.resume());
    return false;
  });
  await source.ended;
  expect((await child.ended).code).toBe(0);
  const expected = Array.from({ length: 400_000 }, (_, index) => `${index + 1}\n`).join('');
  expect(sizeBytes).toBe(expected.length);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(expected).digest('hex'));
  expect(largest).toBeLessThanOrEqual(PIECE_BYTES);
});

test('nothing comes while it is paused, and a child that is gone loses nothing', async () => {
  const { child, source } = await shell('printf one');
  await child.ended;
  const pieces: string[] = [];
  source.begin((piece) => {
    pieces.push(Buffer.from(piece).toString());
    return true;
  });
  await source.ended;
  expect(pieces.join('')).toBe('one');
});

test('whoever gives up ends the child, and no folder stays', async () => {
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith('hf-pipe-'));
  const { child, source } = await shell('exec yes');
  source.begin(() => false);
  source.destroy();
  await source.ended;
  expect((await child.ended).code).not.toBe(0);
  const after = (await readdir(tmpdir())).filter((name) => name.startsWith('hf-pipe-'));
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
});
