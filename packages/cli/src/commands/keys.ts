import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { defineGenerate } from './keys/generate.ts';
import { defineRewrap } from './keys/rewrap.ts';
import { defineShow } from './keys/show.ts';

export function define(command: Command, start: Start): void {
  command
    .description(
      'Keys of encrypted backups. Works on the repository of the settings itself, without a server.',
    )
    .addHelpText(
      'after',
      examples(
        'keys generate --output backup.key',
        'keys show',
        'keys rewrap --all --recipients age1…,age1…',
      ),
    );
  defineShow(command, start);
  defineGenerate(command, start);
  defineRewrap(command, start);
}
