import { expect, test } from 'vitest';
import { trackUnsettled } from './unsettled.ts';

test('before anything was taken there is nowhere to go on', () => {
  expect(trackUnsettled().nextSequence()).toBeUndefined();
});

test('a new durable begins behind the last, unless an earlier one is not over', () => {
  const unsettled = trackUnsettled();
  for (const sequence of [4, 7, 9]) unsettled.taken(sequence);
  expect(unsettled.nextSequence()).toBe(4);
  unsettled.settled(4);
  unsettled.settled(9);
  expect(unsettled.nextSequence()).toBe(7);
  unsettled.settled(7);
  expect(unsettled.nextSequence()).toBe(10);
});

test('what waits for its retry counts, for an hour beyond its delay', () => {
  let nowMs = 0;
  const unsettled = trackUnsettled(() => nowMs);
  unsettled.taken(3);
  unsettled.returned(3, 60_000);
  unsettled.taken(5);
  unsettled.settled(5);
  nowMs = 3_600_000 + 59_999;
  expect(unsettled.nextSequence()).toBe(3);
  nowMs += 1;
  expect(unsettled.nextSequence()).toBe(6);
});
