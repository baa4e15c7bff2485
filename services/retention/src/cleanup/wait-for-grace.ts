import { RetryLater } from '@holdfast/bus';
import { isTerminal, type Envelope } from '@holdfast/contracts';
import type { RetentionDependencies } from '../dependencies.ts';
import { makePlans } from '../plan/make-plans.ts';
import { tellPlanned } from './tell-planned.ts';
import type { CleanupWish } from './wish.ts';

/** A broker that forgot a longer delay gives the message back early, and is asked again. */
const MAX_DELAY_MS = 24 * 3_600_000;

/**
 * Announces the plan and notes on the run from when on it may be carried out; throws RetryLater until then. Answers when it
 * was announced; undefined without a grace.
 */
export async function waitForGrace(
  deps: RetentionDependencies,
  request: Envelope,
  wish: CleanupWish,
): Promise<Date | undefined> {
  const graceMs = deps.settings.BACKUP_RETENTION_GRACE;
  const id = request.subject;
  const { database, maxAgeMs } = wish;
  for (;;) {
    const entry = await deps.runs.request({
      id,
      kind: 'cleanup',
      database,
      requestedAt: new Date(request.time),
      correlation: request.correlationid,
    });
    if (isTerminal(entry.value.state) || entry.value.cancel) return undefined;
    const { notBefore } = entry.value;
    if (notBefore !== undefined) {
      const leftMs = Date.parse(notBefore) - deps.now().getTime();
      if (leftMs > 0)
        throw new RetryLater(`The grace of the plan ends at ${notBefore}.`, Math.min(leftMs, MAX_DELAY_MS));
      return new Date(Date.parse(notBefore) - graceMs);
    }
    if (graceMs === 0) return undefined;
    const now = deps.now();
    // Told before it is noted: a crash in between tells it again, under the same id.
    for (const { plan } of (await makePlans(deps, { database, maxAgeMs, at: now })).plans)
      await tellPlanned(deps, id, plan);
    const until = new Date(now.getTime() + graceMs).toISOString();
    await deps.runs.change(entry, { notBefore: until, waitingFor: `the grace of its plan, until ${until}` });
  }
}
