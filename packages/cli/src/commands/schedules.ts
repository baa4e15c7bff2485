import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { defineAdd } from './schedules/add.ts';
import { defineEdit } from './schedules/edit.ts';
import { defineList } from './schedules/list.ts';
import { defineNext } from './schedules/next.ts';
import { definePause, defineResume } from './schedules/pause.ts';
import { definePreset } from './schedules/preset.ts';
import { defineRemove } from './schedules/remove.ts';
import { defineRun } from './schedules/run.ts';
import { defineShow } from './schedules/show.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Schedules: when backups, drills and clean-ups are made by themselves.')
    .addHelpText(
      'after',
      examples(
        'schedules',
        'schedules add nightly --rule "daily at 03:00" --timezone Europe/Berlin',
        'schedules next nightly',
        'schedules preset --timezone Europe/Berlin --yes',
      ),
    );
  for (const defineVerb of [
    defineList,
    defineShow,
    defineAdd,
    defineEdit,
    defineRemove,
    definePause,
    defineResume,
    defineRun,
    defineNext,
    definePreset,
  ]) {
    defineVerb(command, start);
  }
}
