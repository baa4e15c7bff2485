import { expect, test } from 'vitest';
import { memoryOf, watchResources } from './resources.ts';

const machine = { machineBytes: 8_000, machineFreeBytes: 5_000 };

test.each([
  ['no limit', 0, { rssBytes: 300, memoryBytes: 8_000, freeMemoryBytes: 5_000 }],
  ['a limit beyond the machine', 2 ** 63, { rssBytes: 300, memoryBytes: 8_000, freeMemoryBytes: 5_000 }],
  ['a limit', 1_000, { rssBytes: 300, memoryBytes: 1_000, freeMemoryBytes: 700 }],
  ['a limit that is passed', 200, { rssBytes: 300, memoryBytes: 200, freeMemoryBytes: 0 }],
])('%s', (_name, limitBytes, expected) => {
  expect(memoryOf({ rssBytes: 300, limitBytes, ...machine })).toEqual(expected);
});

test('a process sees its own memory, and a loop that was held up once is not late', () => {
  const resources = watchResources();
  try {
    const { rssBytes, memoryBytes, freeMemoryBytes, loopLagMs, process: name } = resources.look();
    expect(name).toMatch(new RegExp(`-${process.pid}$`));
    expect(rssBytes).toBeGreaterThan(10_000_000);
    expect(memoryBytes).toBeGreaterThan(rssBytes);
    expect(freeMemoryBytes).toBeGreaterThan(0);
    expect(loopLagMs).toBe(0);
  } finally {
    resources.stop();
  }
});
