import { RetryLater, type Bucket, type Bus, type Delivery, type Subscription } from '@holdfast/bus';
import type { Alert } from '@holdfast/contracts';
import { alertKey } from '../alerts/alert-key.ts';
import { judgeAlert } from '../alerts/judge-alert.ts';
import type { Context } from '../payload/context.ts';
import { describe } from '../payload/describe.ts';
import { planDeliveries } from '../routes/plan-deliveries.ts';
import type { Route } from '../routes/route.ts';
import type { Tell } from './telling.ts';

const AGAIN_MS = 100;

export type EventDependencies = {
  readonly routes: readonly Route[];
  readonly alerts: Bucket<Alert>;
  readonly tell: Tell;
  readonly contextOf: (event: Delivery['event']) => Context;
};

/**
 * One event: facts → the problem it speaks of → who is told → deliveries → the problem as it is now. Whatever dies in
 * between, the event comes again and makes the same deliveries.
 */
export async function handleEvent(deps: EventDependencies, { event, sequence }: Delivery): Promise<void> {
  const payload = describe(event, deps.contextOf(event));
  if (!payload) return;
  const key = payload.problem === undefined ? undefined : alertKey(payload.problem);
  const found = key === undefined ? undefined : await deps.alerts.get(key);
  const { next, ended } = judgeAlert(found?.value, payload, sequence);
  await deps.tell(planDeliveries(payload, deps.routes, ended), { event, sequence });
  if (key === undefined || !next) return;
  const written = found
    ? await deps.alerts.update(key, next, found.revision)
    : await deps.alerts.create(key, next);
  // A reminder came between: judged anew, the event makes the same deliveries.
  if (!written) throw new RetryLater(`problem ${key} changed meanwhile`, AGAIN_MS);
}

/** In stream order, one at a time among all replicas: a success must not overtake the failure that it ends. */
export const subscribeEvents = (bus: Bus, deps: EventDependencies): Promise<Subscription> =>
  bus.consume({
    durable: 'notifier',
    filterSubject: '>',
    ordered: true,
    handle: (delivery) => handleEvent(deps, delivery),
  });
