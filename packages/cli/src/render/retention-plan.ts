import type { RetentionPlan } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { plainText } from './plain-text.ts';
import { describePolicy } from './policies.ts';
import { counted, formatAge, formatBytes } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

type Row = {
  readonly name: string;
  readonly createdAt: string;
  readonly sizeBytes: number;
  readonly stays: boolean;
  readonly why: string;
};

const rowsOf = ({ keep, remove }: RetentionPlan): readonly Row[] => [
  ...keep.map(({ reasons, ...each }) => ({
    ...each,
    stays: true,
    why: [...new Set(reasons.map(({ rule }) => rule))].join(', '),
  })),
  ...remove.map(({ because, ...each }) => ({ ...each, stays: false, why: because })),
];

/** A part for each database and place: every backup, newest first, whether it stays, and why. */
export function renderPlans(cli: Cli, plans: readonly RetentionPlan[]): readonly string[] {
  if (plans.length === 0) return ['There are no backups to plan for.'];
  return plans.flatMap((plan, index) => [...(index === 0 ? [] : ['']), ...renderPlan(cli, plan)]);
}

function renderPlan({ style, terminal }: Cli, plan: RetentionPlan): readonly string[] {
  const nowMs = terminal.nowMs();
  const rows = rowsOf(plan).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  const columns: readonly Column<Row>[] = [
    {
      title: ' ',
      value: ({ stays }) => (stays ? '✓' : '✗'),
      paint: (text, { stays }) => (stays ? style.accent(text) : style.danger(text)),
    },
    {
      title: 'BACKUP',
      value: ({ name }) => name,
      paint: (text, { stays }) => (stays ? text : style.dim(text)),
    },
    { title: 'AGE', value: ({ createdAt }) => formatAge(createdAt, nowMs), leavesAt: 2 },
    { title: 'SIZE', value: ({ sizeBytes }) => formatBytes(sizeBytes), align: 'right', leavesAt: 1 },
    { title: 'WHY', value: ({ why }) => why, shrinkTo: 26 },
  ];
  const place = plan.destination === undefined ? '' : ` at ${plan.destination}`;
  const { keep, remove, freesBytes } = plan;
  const sum =
    remove.length === 0
      ? `${counted(keep.length, 'backup')} stay, none goes`
      : `${counted(keep.length, 'backup')} stay, ${remove.length} would go: ${formatBytes(freesBytes)}`;
  return [
    `${style.bold(plainText(plan.database))}${place}  ${style.dim(describePolicy(plan.policy))}`,
    ...renderTable(rows, columns, { style, width: terminal.stdout.columns }),
    style.dim(sum),
    ...plan.unmet.map((unmet) => `${style.warning('!')} ${plainText(unmet)}`),
  ];
}
