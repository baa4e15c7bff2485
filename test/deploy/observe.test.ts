import { metricDeclarations } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { alerts, panelQueries, runbooks, type Query } from './observed.ts';
import { readsOf } from './promql.ts';

/** Of Prometheus itself and of the process, not ours to declare. */
const FOREIGN = new Set([
  'up',
  'nodejs_eventloop_lag_p99_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
]);
/** What every series has, or histograms. */
const COMMON_LABELS = ['service', 'job', 'instance', 'le'];

const declared = new Map<string, { readonly kind: string; readonly labels: readonly string[] }>(
  Object.entries(metricDeclarations),
);
const declarationOf = (name: string) =>
  declared.get(name) ??
  [/_(?:bucket|sum|count)$/]
    .map((suffix) => declared.get(name.replace(suffix, '')))
    .find((found) => found?.kind === 'histogram');

function problemsOf({ from, expr }: Query): readonly string[] {
  const { metrics, labels } = readsOf(expr);
  const unknown = metrics.filter((name) => !FOREIGN.has(name) && !declarationOf(name));
  const had = new Set([...COMMON_LABELS, ...metrics.flatMap((name) => declarationOf(name)?.labels ?? [])]);
  return [
    ...unknown.map((name) => `${from}: nobody declares ${name}`),
    ...labels.filter((label) => !had.has(label)).map((label) => `${from}: none of its metrics has ${label}`),
    ...(metrics.length === 0 ? [`${from}: reads nothing`] : []),
  ];
}

test('every panel reads metrics and labels that are declared', async () => {
  const queries = await panelQueries();
  expect(queries.length).toBeGreaterThan(40);
  expect(queries.flatMap(problemsOf)).toEqual([]);
});

test('every alert reads what is declared, and has a runbook', async () => {
  const all = await alerts();
  const text = await runbooks();
  expect(all.length).toBeGreaterThan(15);
  expect(all.flatMap(({ alert, expr }) => problemsOf({ from: alert, expr }))).toEqual([]);
  for (const { alert, annotations } of all) {
    expect(annotations.runbook_url).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
    expect(text).toContain(`\n## ${alert}\n`);
  }
  const headings = [...text.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  expect(new Set(headings)).toEqual(new Set(all.map(({ alert }) => alert)));
});

test('an expression is read as Prometheus reads it', () => {
  expect(
    readsOf('sum by (a) (rate(one_total{b="x{", c=~"$d"}[5m] offset 1d)) / on (e) max(two) or vector(0)'),
  ).toEqual({ metrics: ['one_total', 'two'], labels: ['a', 'e', 'b', 'c'] });
  expect(() => readsOf('sum(rate(one[5m])')).toThrow(') is missing');
});
