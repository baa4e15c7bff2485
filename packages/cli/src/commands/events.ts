import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { momentOf } from './moments.ts';
import { wholeNumber } from './parse-flags.ts';

export type EventFlags = {
  readonly database?: string;
  readonly type?: string;
  readonly since?: string;
  readonly after?: number;
  readonly progress?: true;
  readonly limit?: number;
};

export function define(command: Command, start: Start): void {
  command
    .description(
      'Everything that happens, as it happens: a line each, with --json a JSON document a line. Ends with Ctrl-C.',
    )
    .option('--database <id>', 'of this database alone')
    .option('--type <type>', 'a type, or its beginning and a *: backup.*')
    .option('--since <when>', 'first what happened since a time, or so long ago: 24h')
    .option('--after <id>', 'first what came behind this one', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--progress', 'also how runs get on')
    .option('--limit <n>', 'end after so many', wholeNumber(1, 1_000_000_000))
    .addHelpText(
      'after',
      examples(
        'events',
        'events --type "backup.*" --database app',
        'events --since 24h --limit 100',
        "events --type backup.failed --json | jq -r '.event.data.error.message'",
      ),
    )
    .action((flags: EventFlags) => start((cli) => events(cli, flags)));
}

async function events(cli: Cli, flags: EventFlags): Promise<void> {
  const { database, type, progress, limit = Number.POSITIVE_INFINITY } = flags;
  const since = await momentOf('--since', flags.since, cli.terminal.nowMs());
  const { after } = flags;
  const { client } = await cli.connectServer();
  const { lineOf } = await import('../render/event-line.ts');
  const stop = new AbortController();
  const forget = cli.terminal.onInterrupt(() => stop.abort());
  const sinceMs = since === undefined ? 0 : Date.parse(since);
  let shown = 0;
  try {
    const following = client.followEvents(
      {
        ...(database === undefined ? {} : { database }),
        ...(type === undefined ? {} : { type }),
        ...(progress ? { progress: 'true' } : {}),
        ...(after === undefined ? {} : { after }),
        ...(since === undefined ? {} : { since }),
      },
      { signal: stop.signal },
    );
    for await (const each of following) {
      // Where it begins is told by when an event was stored, which may be later than when it happened.
      if (each.kind === 'event' && Date.parse(each.event.time) < sinceMs) continue;
      const line = cli.options.json
        ? JSON.stringify(
            each.kind === 'event'
              ? { sequence: each.sequence, event: each.event }
              : { progress: each.progress },
          )
        : lineOf(cli, each);
      cli.terminal.stdout.write(`${line}\n`);
      if (++shown >= limit) break;
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error; // Ctrl-C is how one leaves
  } finally {
    forget();
  }
}
