import { createMetrics } from '@holdfast/service-kit';
import { expect, test } from 'vitest';
import { createTally, type Told } from './tally.ts';

function aTally() {
  const metrics = createMetrics('history');
  const logged: unknown[] = [];
  const tally = createTally(metrics, { warn: (fields: unknown) => void logged.push(fields) });
  return { metrics, logged, tally };
}
const skipped = (type: string, sequence: number): Told => ({
  fate: 'unknown_type',
  type,
  sequence,
  why: 'later',
});

test('each kind that is skipped is logged once and counted each time', async () => {
  const { metrics, logged, tally } = aTally();
  tally([skipped('backup.of_later', 1), skipped('backup.of_later', 2)]);
  tally([skipped('backup.of_later', 3), { fate: 'invalid', type: 'backup.of_later', sequence: 4 }]);
  tally([{ fate: 'projected', type: 'backup.started', sequence: 5 }]);
  expect(logged).toMatchObject([
    { type: 'backup.of_later', sequence: 1, fate: 'unknown_type', why: 'later' },
    { type: 'backup.of_later', sequence: 4, fate: 'invalid' },
  ]);
  const text = await metrics.registry.metrics();
  expect(text).toContain('{type="unknown",outcome="unknown_type",service="history"} 3');
  expect(text).toContain('{type="backup.started",outcome="projected",service="history"} 1');
});

test('types that others make up grow neither the log nor the metrics without end', async () => {
  const { metrics, logged, tally } = aTally();
  tally(Array.from({ length: 1_000 }, (_, index) => skipped(`made.up_${index}`, index + 1)));
  expect(logged).toHaveLength(200);
  const lines = (await metrics.registry.metrics()).split('\n');
  expect(lines.filter((line) => line.startsWith('holdfast_history_events_total{'))).toHaveLength(1);
});
