import type { DestinationView, HealthCheck, HealthState, Status } from '@holdfast/contracts';

/** Destinations as the status knows them: the primary one itself, and each that the watch over health looks at. */
export function viewDestinations(
  { repository, health }: Pick<Status, 'repository' | 'health'>,
  storage: HealthState['storage'] = [],
): readonly DestinationView[] {
  const { available, location, freeBytes, usedPercent, daysUntilFull, error } = repository;
  const checks = health.checks ?? [];
  const watched = new Set(
    checks.flatMap(({ check, subject }) => (isOfStorage(check) ? (subject ?? []) : [])),
  );
  const primary: DestinationView = {
    id: 'primary',
    isPrimary: true,
    location,
    outcome: available ? 'ok' : 'critical',
    detail: available
      ? usedPercent === undefined
        ? 'can be written'
        : `can be written, ${Math.round(usedPercent)} % full`
      : (error?.message ?? 'cannot be used'),
    ...(freeBytes === undefined ? {} : { freeBytes }),
    ...(daysUntilFull === undefined ? {} : { daysUntilFull }),
  };
  const roomOf = (id: string) => storage.find(({ destination }) => destination === id);
  return [primary, ...[...watched].map((id) => ({ ...viewWatched(id, checks), ...inBrief(roomOf(id)) }))];
}

function inBrief(
  room: NonNullable<HealthState['storage']>[number] | undefined,
): Pick<DestinationView, 'freeBytes' | 'daysUntilFull'> {
  const { freeBytes, daysUntilFull } = room ?? {};
  return {
    ...(freeBytes === undefined ? {} : { freeBytes }),
    ...(daysUntilFull === undefined ? {} : { daysUntilFull }),
  };
}

const isOfStorage = (check: string): boolean => check.startsWith('storage.');
const RANK = { ok: 0, warning: 1, critical: 2 } as const;

function viewWatched(id: string, checks: readonly HealthCheck[]): DestinationView {
  const own = checks.filter(({ check, subject }) => subject === id && isOfStorage(check));
  const worst = own.toSorted((a, b) => RANK[b.outcome] - RANK[a.outcome])[0];
  return {
    id,
    ...(worst === undefined ? {} : { outcome: worst.outcome }),
    detail: own.map(({ detail }) => detail).join(' '),
  };
}
