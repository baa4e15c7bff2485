import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { defineAdd } from './profiles/add.ts';
import { defineList } from './profiles/list.ts';
import { defineRemove } from './profiles/remove.ts';

export function define(command: Command, start: Start): void {
  command
    .description(
      'Servers by name: --profile NAME, or HOLDFAST_PROFILE, takes the URL and the token from there.',
    )
    .addHelpText(
      'after',
      examples(
        'profiles add prod --url https://backup.example.com --token-file ~/.holdfast-token',
        '--profile prod status',
      ),
    );
  defineList(command, start);
  defineAdd(command, start);
  defineRemove(command, start);
}
