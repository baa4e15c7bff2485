import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { defineList } from './users/list.ts';
import { defineRemove } from './users/remove.ts';

export function define(command: Command, start: Start): void {
  command
    .description(
      'Who has tokens. Tokens of one name are one user here; who comes with a JWT is known to its identity provider alone.',
    )
    .addHelpText('after', examples('users', 'users remove anna'));
  defineList(command, start);
  defineRemove(command, start);
}
