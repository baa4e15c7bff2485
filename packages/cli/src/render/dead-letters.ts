import type { DeadLetterView } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderFields } from './fields.ts';
import { plainText } from './plain-text.ts';
import { formatAge } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

export function renderDeadLetters(
  { style, terminal }: Cli,
  letters: readonly DeadLetterView[],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const columns: readonly Column<DeadLetterView>[] = [
    { title: 'NO', value: ({ sequence }) => String(sequence), align: 'right', paint: style.accent },
    { title: 'AGE', value: ({ at }) => formatAge(at, nowMs) },
    { title: 'WHOSE', value: ({ durable }) => durable, shrinkTo: 12 },
    { title: 'EVENT', value: ({ type }) => type ?? 'not readable', shrinkTo: 12 },
    { title: 'TRIES', value: ({ deliveryCount }) => String(deliveryCount), align: 'right', leavesAt: 1 },
    { title: 'REASON', value: ({ reason }) => reason.code, paint: style.danger },
    { title: 'MESSAGE', value: ({ reason }) => reason.message, shrinkTo: 22, leavesAt: 2 },
  ];
  return renderTable(letters, columns, { style, width: terminal.stdout.columns });
}

export function renderDeadLetter(
  cli: Cli,
  letter: DeadLetterView & { readonly event: unknown },
): readonly string[] {
  const { style, terminal } = cli;
  const event = JSON.stringify(letter.event, undefined, 2) ?? 'none';
  return [
    `${style.danger('✗')} ${style.bold(`${plainText(letter.type ?? 'an event that cannot be read')} was given up`)}  ${style.dim(`${letter.sequence}`)}`,
    ...renderFields(
      [
        ['whose', letter.durable],
        ['subject', letter.subject],
        ['reason', `${letter.reason.code}: ${letter.reason.message}`],
        ['tries', String(letter.deliveryCount)],
        ['given up', `${formatAge(letter.at, terminal.nowMs())} (${letter.at})`],
        ['next', `mend the cause, then backup-admin dlq retry ${letter.sequence}`],
      ],
      cli,
    ),
    '',
    // JSON.stringify escapes control characters but C1 ones and marks of direction; indentation has to stay.
    ...event.split('\n').map((line) => `  ${/^ */.exec(line)?.[0] ?? ''}${plainText(line)}`),
  ];
}
