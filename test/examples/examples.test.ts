import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { metricDeclarations } from '@holdfast/contracts/metrics';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isSigned } from '../../examples/07-receive-a-webhook.ts';
import { readsOf } from '../deploy/promql.ts';

const folder = resolve(import.meta.dirname, '../../examples');
const rulesSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

test('the list names every example', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const listed = Array.from(readme.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm), ([, name = '', target]) => {
    expect(target).toBe(name);
    return name;
  });
  expect(listed.sort()).toEqual(
    readdirSync(folder)
      .filter((file) => file !== 'README.md')
      .sort(),
  );
});

test('the alerts read metrics that are declared, with their labels', () => {
  const { groups } = rulesSchema.parse(
    parse(readFileSync(join(folder, '06-stale-backups.rules.yml'), 'utf8')),
  );
  const declared = new Map<string, { readonly labels: readonly string[] }>(
    Object.entries(metricDeclarations),
  );
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(0);
  for (const { alert, expr } of rules) {
    const { metrics, labels } = readsOf(expr);
    expect([alert, metrics.filter((name) => !declared.has(name))]).toEqual([alert, []]);
    const had = metrics.flatMap((name) => declared.get(name)?.labels ?? []);
    expect([alert, labels.filter((label) => !had.includes(label))]).toEqual([alert, []]);
  }
});

const NOW = Date.parse('2026-06-15T12:00:00Z');
const secretOf = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;
const [ours, older, foreign] = [secretOf('ours'), secretOf('older'), secretOf('foreign')];

/** As the specification says it. */
function headersFor(secrets: readonly string[], body: string, at = NOW, id = 'msg_1') {
  const timestamp = String(at / 1_000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

test.each([
  ['our key', headersFor([ours], '{}'), true],
  ['one of several signatures', headersFor([foreign, ours], '{}'), true],
  ['the older of two keys', headersFor([older], '{}'), true],
  ['a foreign key', headersFor([foreign], '{}'), false],
  ['another body', headersFor([ours], '{ }'), false],
  ['another id', { ...headersFor([ours], '{}'), 'webhook-id': 'msg_2' }, false],
  ['just within the tolerance', headersFor([ours], '{}', NOW - 300_000), true],
  ['too old', headersFor([ours], '{}', NOW - 301_000), false],
  ['too far ahead', headersFor([ours], '{}', NOW + 301_000), false],
  ['no number of a time', { ...headersFor([ours], '{}'), 'webhook-timestamp': 'now' }, false],
  ['no signature', { 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW / 1_000) }, false],
  ['an empty signature', { ...headersFor([ours], '{}'), 'webhook-signature': 'v1,' }, false],
  ['another version', { ...headersFor([ours], '{}'), 'webhook-signature': 'v2,AAAA' }, false],
])('a webhook with %s: %s', (_name, headers, believed) => {
  expect(isSigned(headers, Buffer.from('{}'), [ours, older], NOW)).toBe(believed);
});
