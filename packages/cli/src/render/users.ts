import type { Cli } from '../cli.ts';
import type { User } from '../commands/users/users-of.ts';
import { formatAge } from './quantities.ts';
import { renderTable, type Column } from './table.ts';
import { grantText } from './tokens.ts';

export function renderUsers({ style, terminal }: Cli, users: readonly User[]): readonly string[] {
  if (users.length === 0)
    return ['Nobody has a token. Make one: backup-admin tokens create NAME --role viewer'];
  const nowMs = terminal.nowMs();
  const columns: readonly Column<User>[] = [
    { title: 'NAME', value: ({ name }) => name, shrinkTo: 10, paint: style.accent },
    {
      title: 'MAY',
      value: ({ grants }) => grants.map(grantText).join('; ') || 'nothing any more',
      shrinkTo: 26,
    },
    {
      title: 'TOKENS',
      value: ({ tokens, valid }) => (valid === tokens.length ? `${valid}` : `${valid} of ${tokens.length}`),
    },
    {
      title: 'USED',
      value: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : formatAge(lastUsedAt, nowMs)),
    },
  ];
  return renderTable(users, columns, { style, width: terminal.stdout.columns });
}
