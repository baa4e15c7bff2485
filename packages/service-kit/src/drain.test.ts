import { expect, test } from 'vitest';
import { Drain } from './drain.ts';

test('phases in their order, whatever the order of adding; a failing step stops nothing and is told', async () => {
  const done: string[] = [];
  const told: string[] = [];
  const drain = new Drain({ error: (fields: unknown) => void told.push((fields as { step: string }).step) });
  drain.add('pools', 'database', () => void done.push('database'));
  drain.add('bus', 'bus', () => {
    done.push('bus');
    throw new Error('already closed');
  });
  drain.add('readiness', 'health', () => void done.push('health'));
  drain.add('in-flight', 'first', () => void done.push('first'));
  drain.add('in-flight', 'second', () => void done.push('second'));
  await Promise.all([drain.run(), drain.run()]);
  expect(done).toEqual(['health', 'second', 'first', 'bus', 'database']);
  expect(told).toEqual(['bus']);
});
