import { isTerminal, type ScheduleClaim, type ScheduleState } from '@holdfast/contracts';
import { derivedRunId } from '@holdfast/runs';
import { databasesOf, planOccurrences, type PlanInput } from '@holdfast/schedule-rules';
import type { SchedulerDependencies } from '../dependencies.ts';
import { carryOut } from './carry-out.ts';
import { claimOf, heldUntil, withoutClaim } from './claim.ts';

export type FireDependencies = SchedulerDependencies & {
  readonly knownDatabases: () => readonly string[];
  /** Told of what this replica claimed and carried out. */
  readonly onDone: (schedule: string, claim: ScheduleClaim) => void;
};

/**
 * Brings one schedule up to now: claim by compare-and-set what is to be done, do it, take the claim away. Returns when to
 * look again; undefined: not before it changes. A crash at any point leaves a claim that anybody may carry out again.
 */
export async function fireSchedule(deps: FireDependencies, id: string): Promise<number | undefined> {
  for (;;) {
    const [stored, entry] = await Promise.all([deps.schedules.get(id), deps.states.get(id)]);
    if (!stored) return undefined;
    const { value: schedule } = stored;
    const nowMs = deps.clock.now();
    const claim = entry?.value.claim;
    if (entry && claim) {
      const untilMs = heldUntil(claim, deps.worker, nowMs);
      if (untilMs !== undefined) return untilMs;
      await carryOut(deps, schedule, claim);
      await deps.states.update(id, withoutClaim(entry.value), entry.revision);
      continue;
    }
    const input: PlanInput = {
      schedule,
      state: entry?.value,
      nowMs,
      databases: databasesOf(schedule.database, deps.knownDatabases()),
      running: new Set(),
      runIdOf: derivedRunId,
    };
    const first = planOccurrences(input);
    if (!first.state) return first.wakeAtMs;
    // Which runs still go is asked only when something is due.
    const plan =
      schedule.overlap === 'queue'
        ? first
        : planOccurrences({ ...input, running: await runningOf(deps, entry?.value) });
    if (!plan.state) return plan.wakeAtMs;
    const claimed: ScheduleState = { ...plan.state, claim: claimOf(plan, deps.worker, nowMs) };
    const written = entry
      ? await deps.states.update(id, claimed, entry.revision)
      : await deps.states.create(id, claimed);
    if (!written?.value.claim) continue;
    await carryOut(deps, schedule, written.value.claim);
    await deps.states.update(id, withoutClaim(written.value), written.revision);
    deps.onDone(id, written.value.claim);
    return plan.wakeAtMs;
  }
}

/** The databases whose last run of this schedule still goes. A run without a record was never begun or is long over. */
async function runningOf(
  { runs }: Pick<SchedulerDependencies, 'runs'>,
  state: ScheduleState | undefined,
): Promise<ReadonlySet<string>> {
  const looked = await Promise.all(
    Object.entries(state?.lastRuns ?? {}).map(async ([database, run]) => {
      const record = await runs.get(run);
      return record && !isTerminal(record.state) ? [database] : [];
    }),
  );
  return new Set(looked.flat());
}
