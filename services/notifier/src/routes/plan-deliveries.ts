import type { Alert, Severity } from '@holdfast/contracts';
import { describeRecovery, recoveryNotice } from '../payload/notices.ts';
import type { Payload } from '../payload/payload.ts';
import { matchesPattern } from './matches-pattern.ts';
import type { Route } from './route.ts';

/** What a route heard of. */
export type Told = Pick<Alert, 'about' | 'severity' | 'database'>;

export type PlannedDelivery = { readonly route: string; readonly channel: string; readonly payload: Payload };

const ranks: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Who is told. `ended`: the problem that this success ends. A channel that takes successes hears of it in the same message;
 * one that heard of the failures alone gets a recovery notice. A channel is told once of one thing by each route.
 */
export function planDeliveries(
  payload: Payload,
  routes: readonly Route[],
  ended?: Alert,
): readonly PlannedDelivery[] {
  const told = ended
    ? { ...payload, change: joined(describeRecovery(ended, payload.at), payload.change) }
    : payload;
  const direct = to(
    routes.filter((route) => matches(route, payload)),
    told,
  );
  if (!ended) return direct;
  const reached = new Set(direct.map(({ channel }) => channel));
  const recoveries = to(
    routes.filter((route) => route.recoveries && !matches(route, payload) && heardOf(route, ended)),
    recoveryNotice(ended, payload),
  );
  return [...direct, ...recoveries.filter(({ channel }) => !reached.has(channel))];
}

const to = (routes: readonly Route[], payload: Payload): readonly PlannedDelivery[] =>
  routes.flatMap((route) =>
    [...new Set(route.channels)]
      .filter((channel) => channel !== payload.notTo)
      .map((channel) => ({ route: route.id, channel, payload })),
  );

/** A reminder goes to the routes that heard of the failure. */
export const planReminder = (
  alert: Told,
  payload: Payload,
  routes: readonly Route[],
): readonly PlannedDelivery[] =>
  routes
    .filter((route) => route.reminders && heardOf(route, alert))
    .flatMap((route) =>
      [...new Set(route.channels)].map((channel) => ({ route: route.id, channel, payload })),
    );

export const heardOf = (route: Route, alert: Told): boolean =>
  matches(route, {
    about: alert.about,
    severity: alert.severity,
    outcome: alert.severity === 'critical' ? 'failure' : 'warning',
    database: alert.database,
  }) ||
  matches(route, {
    about: alert.about,
    severity: alert.severity,
    outcome: 'failure',
    database: alert.database,
  });

export function matches(
  route: Route,
  { about, outcome, severity, database }: Pick<Payload, 'about' | 'outcome' | 'severity' | 'database'>,
): boolean {
  if (route.types && !route.types.some((pattern) => matchesPattern(pattern, about))) return false;
  if (route.outcomes && !route.outcomes.includes(outcome)) return false;
  if (route.severity && ranks[severity] < ranks[route.severity]) return false;
  return !route.databases || route.databases.some((pattern) => matchesPattern(pattern, database ?? ''));
}

const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('; ');
