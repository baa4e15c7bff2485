import type { Bus, Subscription } from '@holdfast/bus';
import { z } from 'zod';
import type { HistoryDependencies } from '../dependencies.ts';
import type { Availability } from '../watch/availability.ts';
import { rebuild } from './rebuild.ts';

const requestSchema = z.object({ by: z.string().default('unknown') });

/** Answers `backup-admin history rebuild` with counts, when the rebuild is done. */
export function answerRebuilds(
  bus: Pick<Bus, 'respond'>,
  deps: HistoryDependencies,
  availability: Availability,
  signal: AbortSignal,
): Promise<Subscription> {
  return bus.respond('control.history.rebuild', async (payload) => {
    const { by } = requestSchema.parse(payload ?? {});
    deps.log.info({ by }, 'rebuilding the read model');
    await availability.ensureReady();
    const counts = await rebuild(deps, signal);
    deps.log.info({ by, ...counts }, 'the read model is rebuilt');
    return counts;
  });
}
