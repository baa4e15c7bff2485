import {
  HoldfastError,
  parseDuration,
  type CleanupResult,
  type enhancedCleanupSchema,
  type RetentionPlan,
  type RunId,
} from '@holdfast/contracts';
import type { z } from 'zod';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Handlers } from '../http/handler.ts';
import { askForCleanup } from '../retention/ask-cleanup.ts';
import { askForPlan } from '../retention/ask-plan.ts';
import { view } from '../runs/known-run.ts';
import { waitForRun } from '../runs/wait-for-run.ts';
import { acceptedEnvelope, envelope } from './answers.ts';
import { untold } from './create.ts';

export const compatibleCleanupHandlers = (deps: GatewayDependencies): Pick<Handlers, 'enhancedCleanUp'> => ({
  enhancedCleanUp: async ({ body }, context) => {
    const maxAgeMs = ageOf(body.max_age);
    if (body.dry_run) {
      return envelope(renderPlans(await askForPlan(deps, { maxAgeMs })), 'Nothing was removed: a dry run.');
    }
    // Planned before it is done: afterwards nobody knows why the others stayed.
    const plans = context.respondAsync ? [] : await askForPlan(deps, { maxAgeMs });
    const asked = await askForCleanup(deps, context, 'enhancedCleanUp', { maxAgeMs, force: false });
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    if (ended.failed) return ended.failed;
    const { cleanup } = view(ended.record);
    return cleanup ? envelope(renderCleanup(cleanup, plans, asked.id), 'Cleaned up.') : untold(ended.record);
  },
});

function ageOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1) return Math.round(ms);
  throw new HoldfastError(
    'invalid_request',
    `body: max_age: "${text}" is not a duration such as 720h or 30d.`,
  );
}

type Told = z.output<typeof enhancedCleanupSchema>;

const keptOf = (plans: readonly RetentionPlan[]): Told['kept'] =>
  plans
    .filter(({ destination }) => destination === undefined)
    .flatMap(({ keep }) => keep)
    .map(({ filename, reasons }) => ({
      filename,
      reasons: reasons.map(({ rule, detail }) => `${rule}: ${detail}`),
    }));

/** Of a dry run. Copies elsewhere follow their own plans and are not told here: existing clients know one place. */
export function renderPlans(plans: readonly RetentionPlan[]): Told {
  const primary = plans.filter(({ destination }) => destination === undefined);
  return {
    removed: primary
      .flatMap(({ remove }) => remove)
      .map(({ filename, sizeBytes, because }) => ({ filename, size: sizeBytes, reason: because })),
    kept: keptOf(primary),
    freed: primary.reduce((sum, { freesBytes }) => sum + freesBytes, 0),
    dry_run: true,
  };
}

/** What was done; `plans` say why. What could not be removed is kept, and says what stood in the way. */
export function renderCleanup(result: CleanupResult, plans: readonly RetentionPlan[], run: RunId): Told {
  const removals = plans.flatMap(({ remove }) => remove);
  const because = new Map(removals.map((each) => [each.name, each.because]));
  const filenames = new Map(removals.map((each) => [each.name, each.filename]));
  const gone = new Set(result.removed.map(({ filename }) => filename));
  const failed = result.failures.map(({ name, error }) => ({
    filename: filenames.get(name) ?? name,
    reasons: [`could not be removed: ${error.message}`],
  }));
  return {
    removed: result.removed.map(({ name, filename, sizeBytes }) => ({
      filename,
      size: sizeBytes,
      reason: because.get(name) ?? 'no rule keeps it',
    })),
    kept: [...keptOf(plans).filter(({ filename }) => !gone.has(filename)), ...failed],
    freed: result.freedBytes,
    dry_run: false,
    run,
  };
}
