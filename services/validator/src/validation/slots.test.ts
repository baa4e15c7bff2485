import { expect, test } from 'vitest';
import { openSlots } from './slots.ts';

const never = new AbortController().signal;

test('so many at a time, the others in their order', async () => {
  const slots = openSlots(1);
  const order: string[] = [];
  const first = await slots.take(never);
  expect(slots.isFull()).toBe(true);
  const later = ['second', 'third'].map(async (name) => {
    const give = await slots.take(never);
    order.push(name);
    give();
  });
  expect(slots.waiting()).toBe(2);
  first();
  first(); // twice is once
  await Promise.all(later);
  expect(order).toEqual(['second', 'third']);
  expect(slots.isFull()).toBe(false);
});

test('who does not wait any longer loses its place in the queue alone', async () => {
  const slots = openSlots(1);
  const first = await slots.take(never);
  const gone = new AbortController();
  const given = slots.take(gone.signal);
  gone.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  expect(slots.waiting()).toBe(0);
  first();
  (await slots.take(never))();
});
