import { startApiGateway } from '@holdfast/api-gateway';
import { startBackupWorker } from '@holdfast/backup-worker';
import { startHistory } from '@holdfast/history';
import { startNotifier } from '@holdfast/notifier';
import { startRetention } from '@holdfast/retention';
import { startScheduler } from '@holdfast/scheduler';
import { startValidator } from '@holdfast/validator';
import { settings } from '@holdfast/contracts';
import { Drain, type Logger, type RunningService } from '@holdfast/service-kit';
import type { Cluster } from '@holdfast/postgres';
import { lockHome, openHome, type Home } from './home.ts';
import { openGivenBus, startPrivateBus } from './private-bus.ts';
import { startPrivatePostgres } from './private-postgres.ts';
import { ensureSampleDatabase, SAMPLE_DATABASE } from './sample-database.ts';
import type { Story } from './story.ts';

export type Standalone = RunningService & {
  readonly url: string;
  readonly home: Home;
  readonly sample: boolean;
};

/** Everything in one process over a private NATS and PostgreSQL, unless the environment points elsewhere. */
export async function startStandalone(
  env: NodeJS.ProcessEnv,
  story: Story,
  log: Logger,
): Promise<Standalone> {
  const home = await openHome(settings.HOLDFAST_HOME.schema.parse(env['HOLDFAST_HOME']));
  const drain = new Drain(log);
  try {
    const unlock = await lockHome(home);
    drain.add('pools', 'lock', unlock);
    const ownTargets = env['DATABASE_URL'] ?? env['BACKUP_DATABASES'];
    const [bus, postgres] = await Promise.all([
      env['NATS_URL'] === undefined ? startPrivateBus(home, env) : openGivenBus(env),
      ownTargets !== undefined && env['HISTORY_DATABASE_URL'] !== undefined
        ? undefined
        : startPrivatePostgres(home),
    ]);
    drain.add('pools', 'private PostgreSQL', async () => postgres?.cluster.stop());
    drain.add('pools', 'private NATS', () => bus.stop());
    story.step(bus.description);
    if (postgres) story.step(describeCluster(postgres.cluster));
    const sample = ownTargets === undefined && postgres !== undefined;
    if (sample && (await ensureSampleDatabase(postgres.cluster)) === 'made') {
      story.step(`sample database "${SAMPLE_DATABASE}" (a TOEIC practice app, about 50 MB)`);
    }
    const envOf = (service: string): NodeJS.ProcessEnv => ({
      HOLDFAST_LOG_FILE: home.logFile,
      BACKUP_DIR: home.backupsDir,
      HOLDFAST_ADMIN_TOKEN_FILE: home.tokenFile,
      ...(postgres ? { HISTORY_DATABASE_URL: postgres.historyUrl } : {}),
      ...(sample ? { BACKUP_DATABASES: `${SAMPLE_DATABASE}=${postgres.urlOf(SAMPLE_DATABASE)}` } : {}),
      ...env,
      HOLDFAST_HOME: home.dir,
      ...bus.envOf(service),
    });
    const services = await Promise.all([
      startHistory(envOf('history')),
      startBackupWorker(envOf('backup-worker')),
      startValidator(envOf('validator')),
      startRetention(envOf('retention')),
      startScheduler(envOf('scheduler')),
      startNotifier(envOf('notifier')),
    ]);
    for (const service of services) drain.add('in-flight', service.name, () => service.stop());
    // Last: whoever finds the gateway ready finds the others there.
    const gateway = await startApiGateway(envOf('api-gateway'));
    drain.add('http', gateway.name, () => gateway.stop());
    story.step([...services, gateway].map((service) => service.name).join(', '));
    return { name: 'standalone', url: gateway.url, home, sample, stop: () => drain.run() };
  } catch (error) {
    await drain.run();
    throw error;
  }
}

const describeCluster = (cluster: Cluster): string => `private PostgreSQL (${cluster.dataDir})`;
