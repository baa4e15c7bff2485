import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { defineCancel } from './runs/cancel.ts';
import { defineList } from './runs/list.ts';
import { defineLog } from './runs/log.ts';
import { defineRetry } from './runs/retry.ts';
import { defineShow } from './runs/show.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command.addHelpText(
    'after',
    examples(
      'runs list --state running',
      'runs show 1a2b3c4d --watch',
      'runs log 1a2b3c4d',
      'runs cancel 1a2b3c4d --reason "wrong database"',
      'runs retry 1a2b3c4d --watch',
    ),
  );
  defineList(command, start);
  defineShow(command, start);
  defineLog(command, start);
  defineCancel(command, start);
  defineRetry(command, start);
}
