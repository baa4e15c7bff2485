import { join } from 'node:path';
import type { Bucket, Bus } from '@holdfast/bus';
import { failureOf, olderSpellings, secretSettings, type Envelope } from '@holdfast/contracts';
import { openRepositoryOf, type Repository } from '@holdfast/engine';
import { createLogger, loadConfig } from '@holdfast/service-kit';
import { keepWatching } from './absence/keep-watching.ts';
import type { Outages } from './absence/outages.ts';
import { openChannels, type Channels } from './channels/open-channels.ts';
import { notifierSettings, type NotifierSettings } from './config.ts';
import type { AttemptDependencies } from './deliver/attempt.ts';
import type { StoredDelivery } from './deliver/stored-delivery.ts';
import { tellAnyway, type Tell } from './deliver/telling.ts';
import { claimFolder } from './memory/claim-folder.ts';
import { openMemory, type MemoryFile } from './memory/memory-file.ts';
import { openOutbox } from './outbox/outbox.ts';
import { openOutboxFiles } from './outbox/outbox-files.ts';
import { readRouting } from './routes/read-routing.ts';
import type { Route } from './routes/route.ts';
import { loadTemplates } from './templates/load-templates.ts';
import type { Timing } from './timing.ts';

/** What is there while the bus is. */
export type BusSide = {
  readonly bus: Bus;
  readonly deliveries: Bucket<StoredDelivery>;
  readonly tell: Tell;
  readonly isCurrent: () => boolean;
  readonly endOutage: Outages['end'];
};

/** All of a notifier that works without the bus: what it knows, whom it tells, and the watch over what is expected. */
export type Local = AttemptDependencies & {
  readonly settings: NotifierSettings;
  readonly memory: MemoryFile;
  readonly channels: Channels;
  readonly routes: readonly Route[];
  readonly timing: Timing;
  /** From now on the bus is used; undefined: no longer. */
  attach(side: BusSide | undefined): void;
  close(): Promise<void>;
};

export async function openLocal(env: NodeJS.ProcessEnv, timing: Timing): Promise<Local> {
  const { config: settings } = loadConfig(notifierSettings, env, {
    older: olderSpellings,
    secrets: secretSettings,
  });
  const log = createLogger({
    service: 'notifier',
    level: settings.HOLDFAST_LOG_LEVEL,
    destination: settings.HOLDFAST_LOG_FILE,
  });
  const onProblem = (error: unknown, doing: string): void =>
    log.error({ err: error, failure: failureOf(error) }, doing);
  const now = (): Date => new Date();
  const { channels: configs, routes } = await readRouting(settings);
  const channels = openChannels(configs, settings.BACKUP_WEBHOOK_ALLOW_PRIVATE);
  const templates = await loadTemplates(settings.BACKUP_NOTIFICATION_TEMPLATES);
  const { dir, release } = await claimFolder(
    settings.NOTIFIER_STATE_DIR ?? join(settings.HOLDFAST_HOME, 'notifier'),
    onProblem,
  );
  const memory = await openMemory(dir, onProblem);
  const files = await openOutboxFiles(join(dir, 'outbox'), onProblem);

  let side: BusSide | undefined;
  const present = (): BusSide | undefined => (side?.bus.isConnected() ? side : undefined);
  const attempting: AttemptDependencies = {
    templates,
    policy: { ...timing, maxAttempts: settings.BACKUP_NOTIFICATION_MAX_ATTEMPTS },
    now,
    readEvent: (sequence) => readEvent(side?.bus, sequence),
    onProblem,
  };
  const outbox = openOutbox({ ...attempting, files, channels, link: present });
  let repository: Promise<Repository> | undefined;
  const watching = keepWatching(
    {
      memory,
      routes,
      tell: tellAnyway(present, outbox.tell),
      openRepository: async () => {
        try {
          return await (repository ??= openRepositoryOf(settings));
        } catch (error) {
          repository = undefined;
          throw error;
        }
      },
      isCurrent: () => present()?.isCurrent(),
      endOutage: async (outage, alert) => present()?.endOutage(outage, alert),
      now,
      toleranceMs: settings.BACKUP_ABSENCE_TOLERANCE,
      remindMs: settings.BACKUP_NOTIFICATION_REMIND,
      consoleUrl: settings.CONSOLE_URL,
      onProblem,
    },
    outbox,
    { ...timing, isExpecting: settings.BACKUP_ENABLED },
  );
  return {
    ...attempting,
    settings,
    memory,
    channels,
    routes,
    timing,
    attach: (next) => {
      side = next;
    },
    close: async () => {
      await watching.stop();
      await memory.close();
      await release();
    },
  };
}

async function readEvent(bus: Bus | undefined, sequence: number): Promise<Envelope | undefined> {
  if (!bus) return undefined;
  for await (const stored of bus.readEvents(sequence, { untilSequence: sequence }))
    if (stored.sequence === sequence) return stored.event;
  return undefined;
}
