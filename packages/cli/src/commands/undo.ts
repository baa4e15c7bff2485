import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { confirm } from '../confirm.ts';
import { renderDone } from '../render/fields.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export type UndoFlags = { readonly run: string; readonly yes?: true };

export function define(command: Command, start: Start): void {
  command
    .description('Bring back what a restore in mode swap replaced.')
    .requiredOption('--run <run>', "the restore's run: its id, or the last eight digits")
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('undo --run 1a2b3c4d', 'undo --run 1a2b3c4d --yes --json', 'runs list --kind restore'),
    )
    .action((flags: UndoFlags) => start((cli) => undo(cli, flags)));
}

async function undo(cli: Cli, flags: UndoFlags): Promise<void> {
  const connection = await cli.connectServer();
  const { resolveRun } = await import('../server/resolve-run.ts');
  const restore = await connection.client.getRun({ run: await resolveRun(connection.client, flags.run) });
  const databaseName = restore.restore?.databaseName;
  // What is no swap restore has nothing to ask about: the server says why it cannot be undone.
  if (!flags.yes && databaseName !== undefined) {
    await confirm(cli, {
      headline: `Undo the restore of ${restore.restore?.filename ?? ''} into "${databaseName}"`,
      steps: [
        `the content from before takes the place of "${databaseName}": sessions on it are ended, half a second`,
        'what was restored, with all that was written since, stays beside it for a while',
      ],
      word: databaseName,
      wordIs: "the database's name",
    });
  }
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const asked = await connection.client.undoRestore({ run: restore.id });
  const run = mustBeCompleted(await followRun(cli, connection, asked), connection.kind);
  const name = run.undo?.databaseName ?? databaseName ?? '';
  cli.answer({ run }, () =>
    cli.options.quiet
      ? [name]
      : renderDone(`The restore into ${name} is undone`, [['now', run.undo?.detail]], 'look at it', cli),
  );
}
