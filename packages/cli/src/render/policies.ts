import type { PolicyView, RetentionPolicy } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { formatBytes, formatSpan } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

export const whoseText = (database: string): string =>
  database === '_default' ? 'all databases without one of their own' : database;

/** `7 daily, 4 weekly, 12 monthly (Europe/Berlin)`, or `at most 30 days old, at most 100`. */
export function describePolicy(policy: RetentionPolicy): string {
  const rules = [
    [policy.keepLast, 'newest'],
    [policy.keepHourly, 'hourly'],
    [policy.keepDaily, 'daily'],
    [policy.keepWeekly, 'weekly'],
    [policy.keepMonthly, 'monthly'],
    [policy.keepYearly, 'yearly'],
  ] as const;
  const kept = rules.flatMap(([count, word]) => (count === undefined ? [] : [`${count} ${word}`]));
  const within = policy.keepWithinMs === undefined ? [] : [`all of ${formatSpan(policy.keepWithinMs)}`];
  const hasRules = kept.length + within.length > 0;
  const limits = hasRules
    ? []
    : [
        ...(policy.maxAgeMs === undefined ? [] : [`up to ${formatSpan(policy.maxAgeMs)} old`]),
        ...(policy.maxCount === undefined ? [] : [`at most ${policy.maxCount}`]),
      ];
  const size = policy.maxTotalBytes === undefined ? [] : [`at most ${formatBytes(policy.maxTotalBytes)}`];
  const redundancy = policy.minimumRedundancy > 1 ? [`in any case ${policy.minimumRedundancy}`] : [];
  const all = [...kept, ...within, ...limits, ...size, ...redundancy].join(', ') || 'everything';
  return hasRules && policy.timezone !== 'UTC' ? `${all} (${policy.timezone})` : all;
}

export function renderPolicies({ style, terminal }: Cli, policies: readonly PolicyView[]): readonly string[] {
  const columns: readonly Column<PolicyView>[] = [
    {
      title: 'DATABASE',
      value: ({ database }) => (database === '_default' ? '(all others)' : database),
      paint: style.accent,
      shrinkTo: 12,
    },
    { title: 'KEEPS', value: ({ policy }) => describePolicy(policy), shrinkTo: 20 },
    {
      title: 'FROM',
      value: ({ source }) => ({ stored: 'stored', file: 'the file', environment: 'the settings' })[source],
    },
  ];
  return renderTable(policies, columns, { style, width: terminal.stdout.columns });
}
