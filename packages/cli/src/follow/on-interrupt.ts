import type { Run } from '@holdfast/contracts';
import { failureOf } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Connection, ServerConnection } from '../connection.ts';
import type { ProgressView } from './progress-view.ts';
import { shortId } from './short-id.ts';

/** Where a shell expects a process that Ctrl-C ended. */
const INTERRUPTED = 130;

export type Interrupted = {
  readonly run: Run;
  readonly view: ProgressView;
  readonly stop: AbortController;
};

/** What Ctrl-C means while a run is followed. */
export function onInterruptOf(cli: Cli, connection: Connection, following: Interrupted): () => void {
  const { view, stop } = following;
  let times = 0;
  return () => {
    times += 1;
    if (times > 1) {
      view.end();
      cli.terminal.exit(INTERRUPTED);
    } else if (connection.kind === 'local') {
      view.note('Stopping: what was begun is being removed. Ctrl-C again leaves at once.');
      stop.abort(
        new CliError('It was stopped from the keyboard, and nothing was kept of it.', { code: 'cancelled' }),
      );
    } else if (cli.terminal.canAsk && !cli.options.json) {
      void askWhatIsMeant(cli, connection, following, () => {
        times = 0;
      });
    } else detach(cli, following);
  };
}

/** `stay` is called when the run is followed on. A second Ctrl-C, here an end of the question, detaches. */
async function askWhatIsMeant(
  cli: Cli,
  { client }: ServerConnection,
  following: Interrupted,
  stay: () => void,
): Promise<void> {
  const { run, view } = following;
  const show = view.hold();
  const typed = await cli.terminal.ask(
    `The ${run.kind} goes on by itself. Leave it, cancel it, or stay? [${cli.noteStyle.accent('l')}/c/s] `,
  );
  const word = typed?.trim().toLowerCase();
  const isFollowed = word !== undefined && /^[sc]/.test(word);
  if (!isFollowed) return detach(cli, following);
  show();
  stay();
  if (word.startsWith('s')) return;
  try {
    await client.cancelRun({ run: run.id, reason: 'from the keyboard' });
    view.note(`The ${run.kind} is asked to stop; what was begun is removed.`);
  } catch (error) {
    // The run is still followed: what became of it is told in the end.
    view.note(`It could not be asked to stop: ${failureOf(error).message}`);
  }
}

function detach(cli: Cli, { run, view }: Interrupted): void {
  view.note(`The ${run.kind} goes on without this command.`);
  view.note(`  watch   backup-admin runs show ${shortId(run.id)} --watch`);
  view.note(`  cancel  backup-admin runs cancel ${shortId(run.id)}`);
  view.end();
  cli.terminal.exit(INTERRUPTED);
}
