import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { defineExport } from './audit/export.ts';
import { defineList } from './audit/list.ts';
import { defineVerify } from './audit/verify.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Who did what: every call that changes or reveals data, chained by hashes.')
    .addHelpText(
      'after',
      examples('audit --who anna --since 7d', 'audit export --output audit.jsonl', 'audit verify'),
    );
  defineList(command, start);
  defineExport(command, start);
  defineVerify(command, start);
}
