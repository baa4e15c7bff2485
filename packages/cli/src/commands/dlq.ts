import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { defineList } from './dlq/list.ts';
import { defineRemove } from './dlq/remove.ts';
import { defineRetry } from './dlq/retry.ts';
import { defineShow } from './dlq/show.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Dead letters: events that a service gave up, with the reason.')
    .addHelpText('after', examples('dlq', 'dlq show 12', 'dlq retry 12'));
  defineList(command, start);
  defineShow(command, start);
  defineRetry(command, start);
  defineRemove(command, start);
}
