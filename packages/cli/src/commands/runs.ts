import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { defineCancel } from './runs/cancel.ts';
import { defineList } from './runs/list.ts';
import { defineShow } from './runs/show.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command.addHelpText(
    'after',
    examples(
      'runs list --state running',
      'runs show 1a2b3c4d --watch',
      'runs cancel 1a2b3c4d --reason "wrong database"',
    ),
  );
  defineList(command, start);
  defineShow(command, start);
  defineCancel(command, start);
}
