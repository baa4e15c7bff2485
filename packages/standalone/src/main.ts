import { release, settings } from '@holdfast/contracts';
import { createLogger, runService, type RunningService } from '@holdfast/service-kit';
import { relative } from 'node:path';
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
  if (standalone.sample) {
    tellFirstBackup(standalone, story, stopping.signal).then(
      () => tellWhatNext(standalone, story),
      (error: unknown) => {
        if (stopping.signal.aborted) return;
        story.plain(
          `\n  The first backup did not succeed: ${error instanceof Error ? error.message : String(error)}\n  See ${home.logFile}.\n`,
        );
      },
    );
  } else {
    tellWhatNext(standalone, story);
  }
  return {
    name: standalone.name,
    stop: async () => {
      stopping.abort();
      story.plain('\nDraining …');
      await standalone.stop();
      story.plain('Stopped; everything is kept. "npm start" goes on from here.');
    },
  };
}

function tellWhatNext(standalone: Standalone, story: Story): void {
  const { home, url } = standalone;
  story.plain(`
  Address      ${url}
  Admin token  ${shown(home.tokenFile)}
  Backups      ${shown(home.backupsDir)}
  Log          ${shown(home.logFile)}

  In a second terminal:
    ./backup-admin list
    ./backup-admin create --description "before update" --compress --validate
    ./backup-admin status

  Ctrl-C stops; "npm start" goes on from here.
`);
}

const shown = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
};

runService(main);
