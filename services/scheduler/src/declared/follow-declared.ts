import { readFile } from 'node:fs/promises';
import { failureOf, HoldfastError } from '@holdfast/contracts';
import { defaultSchedules, checkSchedule, type NamedFields } from '@holdfast/schedule-rules';
import type { Clock } from '../clock.ts';
import type { SchedulerSettings } from '../config.ts';
import type { SchedulerDependencies } from '../dependencies.ts';
import { mergeDeclared } from './decide.ts';
import { parseSchedules } from './parse-schedules.ts';
import { reconcile } from './reconcile.ts';

/** Looked at by content: a mounted ConfigMap changes by links, which watches of files do not see. */
const EVERY_MS = 2_000;

export type DeclaredFollowing = {
  /** Throws with what is wrong with the declared schedules, as long as it is. */
  check(): void;
  stop(): Promise<void>;
};

export type DeclaredSettings = Pick<
  SchedulerSettings,
  'AUTO_BACKUP_ENABLED' | 'BACKUP_INTERVAL' | 'BACKUP_TIME' | 'BACKUP_TIMEZONE' | 'BACKUP_SCHEDULES_FILE'
>;

/** Declares what environment and file say, at start and whenever the file changes. A broken file changes nothing. */
export async function followDeclared(
  deps: Pick<SchedulerDependencies, 'bus' | 'schedules' | 'log'> & { readonly clock: Clock },
  settings: DeclaredSettings,
): Promise<DeclaredFollowing> {
  const environment = defaultSchedules(settings);
  for (const fields of environment) checkSchedule(fields);
  const path = settings.BACKUP_SCHEDULES_FILE;
  const stopping = new AbortController();
  let done: string | undefined;
  let failure: HoldfastError | undefined;

  async function look(): Promise<void> {
    try {
      const text = path === undefined ? '' : await read(path);
      if (text === done) {
        failure = undefined;
        return;
      }
      const file: readonly NamedFields[] = path === undefined ? [] : parseSchedules(text, path);
      await reconcile(deps, mergeDeclared(environment, file));
      done = text;
      failure = undefined;
    } catch (error) {
      const { code, message } = failureOf(error);
      // The same problem is told once; it stands in the health until it is gone.
      if (failure?.message !== message)
        deps.log.error({ failure: { code, message } }, 'the declared schedules are not taken');
      failure = new HoldfastError(code, message, { cause: error });
    }
  }
  await look();
  const looking = (async () => {
    // Also without a file: what could not be declared at the start is tried again.
    for (;;) {
      if (path === undefined && done !== undefined) return;
      await deps.clock.wait(EVERY_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      await look();
    }
  })();
  return {
    check: () => {
      if (failure) throw failure;
    },
    stop: async () => {
      stopping.abort();
      await looking;
    },
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'schedule_invalid',
      `BACKUP_SCHEDULES_FILE ${path} cannot be read; check the path and its rights. What it said before holds.`,
      { cause },
    );
  }
}
