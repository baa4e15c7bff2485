import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { defineChannels } from './notifications/channels.ts';
import { defineList } from './notifications/list.ts';
import { defineRetry } from './notifications/retry.ts';
import { defineTest } from './notifications/test.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Notifications: what was told to people, and what could not be.')
    .addHelpText(
      'after',
      examples('notifications', 'notifications list --state dead', 'notifications test slack'),
    );
  defineList(command, start);
  defineRetry(command, start);
  defineTest(command, start);
  defineChannels(command, start);
}
