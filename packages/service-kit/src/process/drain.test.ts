import { expect, test, vi } from 'vitest';
import { Drain, drainPhases } from './drain.ts';

function quiet() {
  const errors: unknown[] = [];
  return { errors, error: (fields: unknown) => void errors.push(fields), debug: () => undefined };
}

test('phases in the order of the house, whatever the order of adding; within one, last in first out', async () => {
  const order: string[] = [];
  const drain = new Drain(quiet());
  for (const phase of drainPhases.toReversed()) {
    for (const name of ['first', 'second']) {
      drain.add(phase, name, async () => {
        await Promise.resolve();
        order.push(`${phase} ${name}`);
      });
    }
  }
  await drain.run();
  expect(order).toEqual([
    'readiness second',
    'readiness first',
    'pause second',
    'pause first',
    'stop-pulling second',
    'stop-pulling first',
    'http second',
    'http first',
    'in-flight second',
    'in-flight first',
    'bus second',
    'bus first',
    'pools second',
    'pools first',
  ]);
});

test('a failing step is logged and the rest run', async () => {
  const log = quiet();
  const drain = new Drain(log);
  const later = vi.fn<() => void>();
  const thrown = new Error('no');
  const rejected = new Error('nor this');
  drain.add('pause', 'broken', () => {
    throw thrown;
  });
  drain.add('http', 'also broken', () => Promise.reject(rejected));
  drain.add('pools', 'fine', later);
  await drain.run();
  expect(later).toHaveBeenCalledOnce();
  expect(log.errors).toEqual([
    { err: thrown, phase: 'pause', step: 'broken' },
    { err: rejected, phase: 'http', step: 'also broken' },
  ]);
});

test('a step that hangs is left behind at the deadline and named', async () => {
  const log = quiet();
  const drain = new Drain(log);
  const later = vi.fn<() => void>();
  drain.add('in-flight', 'hangs', () => new Promise(() => undefined));
  drain.add('pools', 'fine', later);
  await drain.run(20);
  expect(later).toHaveBeenCalledOnce();
  expect(log.errors).toMatchObject([{ phase: 'in-flight', step: 'hangs' }]);
});

test('runs once', async () => {
  const drain = new Drain(quiet());
  const step = vi.fn<() => void>();
  drain.add('bus', 'bus', step);
  await Promise.all([drain.run(), drain.run()]);
  await drain.run();
  expect(step).toHaveBeenCalledOnce();
});
