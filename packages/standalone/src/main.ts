import { release, settings } from '@holdfast/contracts';
import { createLogger, runService, type RunningService } from '@holdfast/service-kit';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { createClient } from '@holdfast/client';
import { describeRuns } from './describe-runs.ts';
import { tellFirstBackup } from './first-backup.ts';
import { homeAt } from './home.ts';
import { startStandalone, type Standalone } from './start-standalone.ts';
import { storyOn, type Story } from './story.ts';

/** What `npm start` runs. */
async function main(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const story = storyOn(process.stdout);
  const startedAt = performance.now();
  story.plain(`\nHoldfast ${release}\n`);
  const home = homeAt(settings.HOLDFAST_HOME.schema.parse(env['HOLDFAST_HOME']));
  const log = createLogger({
    service: 'standalone',
    level: env['HOLDFAST_LOG_LEVEL'] ?? 'info',
    destination: home.logFile,
  });
  const standalone = await startStandalone(env, story, log);
  story.step(`ready in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);

  const stopping = new AbortController();
  const told = tell(standalone, env['HOLDFAST_ADMIN_TOKEN_FILE'], story, stopping.signal);
  return {
    name: standalone.name,
    stop: async () => {
      stopping.abort();
      await told;
      story.plain('\nDraining …');
      await standalone.stop();
      story.plain('Stopped; everything is kept. "npm start" goes on from here.');
    },
  };
}

/** Never rejects: a story that breaks off is no reason to stop. */
async function tell(
  standalone: Standalone,
  tokenFile: string | undefined,
  story: Story,
  signal: AbortSignal,
): Promise<void> {
  const { home, url, sample } = standalone;
  let runs: ReturnType<typeof describeRuns> = [];
  try {
    const token = (await readFile(tokenFile ?? home.tokenFile, 'utf8')).trim();
    const client = createClient({ url, token });
    if (sample) await tellFirstBackup(client, home, story, signal);
    runs = describeRuns(await client.getStatus({}, { signal }));
  } catch (error) {
    if (signal.aborted) return;
    story.plain(`\n  ${error instanceof Error ? error.message : String(error)}\n  See ${home.logFile}.`);
  }
  tellWhatNext(standalone, runs, story);
}

function tellWhatNext({ home, url }: Standalone, runs: ReturnType<typeof describeRuns>, story: Story): void {
  const lines = [
    ['Address', url],
    ['Admin token', shown(home.tokenFile)],
    ['Backups', shown(home.backupsDir)],
    ['Log', shown(home.logFile)],
    ...runs,
  ].map(([name = '', text]) => `  ${name.padEnd(12)} ${text}`);
  story.plain(`
${lines.join('\n')}

  In a second terminal:
    ./backup-admin list
    ./backup-admin create --description "before update" --compress --validate
    ./backup-admin schedules preset
    ./backup-admin status

  Ctrl-C stops; "npm start" goes on from here.
`);
}

const shown = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
};

runService(main);
