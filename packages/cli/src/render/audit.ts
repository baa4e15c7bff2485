import type { AuditEntry } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { formatAge } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

export function renderAudit(
  { style, terminal, options }: Cli,
  entries: readonly AuditEntry[],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const paints = {
    asked: style.dim,
    done: (text: string) => text,
    refused: style.warning,
    failed: style.danger,
  };
  const columns: readonly Column<AuditEntry>[] = [
    { title: 'NO', value: ({ number }) => String(number), align: 'right', paint: style.accent },
    { title: 'WHEN', value: ({ at }) => (options.verbose ? at : formatAge(at, nowMs)) },
    { title: 'WHO', value: ({ record }) => record.who, shrinkTo: 8 },
    { title: 'ACTION', value: ({ record }) => record.action, shrinkTo: 12 },
    {
      title: 'OUTCOME',
      value: ({ record: { outcome, status } }) =>
        outcome === 'refused' || outcome === 'failed' ? `${outcome} ${status ?? ''}`.trimEnd() : outcome,
      paint: (text, { record }) => paints[record.outcome](text),
    },
    { title: 'TARGET', value: ({ record }) => record.target ?? '', shrinkTo: 22, leavesAt: 3 },
    { title: 'FROM', value: ({ record }) => record.address, leavesAt: 1 },
    { title: 'REQUEST', value: ({ record }) => (options.verbose ? record.requestId : ''), leavesAt: 0 },
  ];
  return renderTable(entries, columns, { style, width: terminal.stdout.columns });
}
