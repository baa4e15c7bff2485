import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { defineCreate } from './tokens/create.ts';
import { defineList } from './tokens/list.ts';
import { defineRevoke } from './tokens/revoke.ts';
import { defineRotate } from './tokens/rotate.ts';

export function define(command: Command, start: Start): void {
  command
    .description('API tokens: who may call, and for what.')
    .addHelpText(
      'after',
      examples('tokens', 'tokens create ci --permission backup:create --database "shop-*" --expires 90d'),
    );
  defineList(command, start);
  defineCreate(command, start);
  defineRotate(command, start);
  defineRevoke(command, start);
}
