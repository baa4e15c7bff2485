import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('services in one process keep their metrics apart, by label too', async () => {
  const one = createMetrics('one');
  const two = createMetrics('two');
  one.counter('holdfast_things_total', 'Things.', ['kind']).inc({ kind: 'red' }, 2);
  two.counter('holdfast_things_total', 'Things.', ['kind']).inc({ kind: 'blue' });
  expect(await one.registry.metrics()).toContain('holdfast_things_total{kind="red",service="one"} 2');
  const text = await two.registry.metrics();
  expect(text).toContain('holdfast_things_total{kind="blue",service="two"} 1');
  expect(text).not.toContain('kind="red"');
});

test('the process is measured once and told by every service', async () => {
  const before = process.listenerCount('exit');
  const texts = await Promise.all(['one', 'two'].map((service) => createMetrics(service).registry.metrics()));
  for (const text of texts) expect(text).toMatch(/^process_resident_memory_bytes\{.*\} \d+/m);
  expect(process.listenerCount('exit')).toBe(before);
});

test('a gauge is collected at each scrape, a histogram has its buckets', async () => {
  const metrics = createMetrics('history');
  let lag = 3;
  metrics.gauge('holdfast_lag', 'Lag.', [], (gauge) => gauge.set(lag));
  metrics.histogram('holdfast_seconds', 'Seconds.', [], [0.5, 2]).observe(1);
  expect(await metrics.registry.metrics()).toContain('holdfast_lag{service="history"} 3');
  lag = 4;
  const text = await metrics.registry.metrics();
  expect(text).toContain('holdfast_lag{service="history"} 4');
  expect(text).toContain('holdfast_seconds_bucket{le="0.5",service="history"} 0');
  expect(text).toContain('holdfast_seconds_bucket{le="2",service="history"} 1');
});
