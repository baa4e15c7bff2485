import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { pause } from './pause.ts';

test('it ends by itself, and leaves nothing at the signal', async () => {
  const { signal } = new AbortController();
  await pause(1, signal);
  await pause(1);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('it ends with the reason of the signal, before or while it waits', async () => {
  const stop = new AbortController();
  const waiting = pause(3_600_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(pause(3_600_000, stop.signal)).rejects.toThrow('enough');
});
