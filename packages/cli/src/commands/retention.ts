import type { Command } from 'commander';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { definePlan } from './retention/plan.ts';
import { definePolicies } from './retention/policies.ts';
import { defineSet } from './retention/set.ts';
import { defineSimulate } from './retention/simulate.ts';
import { defineUnset } from './retention/unset.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Retention: which backups stay, and why.')
    .addHelpText(
      'after',
      examples(
        'retention plan',
        'retention simulate --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --made-up daily:365',
        'retention set --database app --keep-daily 14 --keep-monthly 12',
      ),
    );
  definePlan(command, start);
  defineSimulate(command, start);
  definePolicies(command, start);
  defineSet(command, start);
  defineUnset(command, start);
}
