import type { Grant, TokenView } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { formatAge } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

/** `operator of shop-*, app`, `backup:create run:read of all`. */
export function grantText({ role, permissions, databases }: Grant): string {
  const what = [...(role === undefined ? [] : [role]), ...permissions].join(' ');
  return `${what} of ${databases.includes('*') ? 'all' : databases.join(', ')}`;
}

export function renderTokens({ style, terminal }: Cli, tokens: readonly TokenView[]): readonly string[] {
  if (tokens.length === 0)
    return ['There are no tokens. Make one: backup-admin tokens create NAME --role viewer'];
  const nowMs = terminal.nowMs();
  const isOver = ({ expiresAt }: TokenView): boolean =>
    expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
  const columns: readonly Column<TokenView>[] = [
    { title: 'ID', value: ({ id }) => id, paint: style.accent },
    { title: 'NAME', value: ({ name }) => name, shrinkTo: 10 },
    { title: 'MAY', value: ({ grants }) => grants.map(grantText).join('; '), shrinkTo: 26 },
    {
      title: 'USED',
      value: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : formatAge(lastUsedAt, nowMs)),
    },
    {
      title: 'ENDS',
      value: (token) => endOf(token, isOver(token), nowMs),
      paint: (text, token) => (isOver(token) ? style.danger(text) : text),
    },
    { title: 'MADE BY', value: ({ createdBy }) => createdBy ?? '', leavesAt: 1, shrinkTo: 8 },
  ];
  return renderTable(tokens, columns, { style, width: terminal.stdout.columns });
}

function endOf({ expiresAt, rotatedTo }: TokenView, isOver: boolean, nowMs: number): string {
  if (expiresAt === undefined) return 'never';
  if (isOver) return 'over';
  return `${formatAge(expiresAt, nowMs)}${rotatedTo === undefined ? '' : ', replaced'}`;
}
