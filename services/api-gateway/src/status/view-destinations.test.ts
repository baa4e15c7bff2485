import type { HealthCheck, Status } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { viewDestinations } from './view-destinations.ts';

const repository: Status['repository'] = {
  location: '/backups',
  available: true,
  freeBytes: 5_000,
  usedPercent: 41.6,
  backups: 1,
  sizeBytes: 1,
  unreadable: 0,
};
const healthOf = (...checks: HealthCheck[]): Status['health'] => ({ overall: 'healthy', issues: [], checks });

test('the primary one at first hand, the others as the watch saw them', () => {
  const health = healthOf(
    { check: 'storage.write', subject: 'offsite', outcome: 'ok', detail: 'It can be written.' },
    { check: 'storage.space', subject: 'offsite', outcome: 'warning', detail: 'It is 91 % full.' },
    { check: 'backup.age', subject: 'app', outcome: 'ok', detail: 'fresh' },
  );
  const storage = [{ destination: 'offsite', freeBytes: 9, usedPercent: 91, daysUntilFull: 3 }];
  expect(viewDestinations({ repository, health }, storage)).toEqual([
    {
      id: 'primary',
      isPrimary: true,
      location: '/backups',
      outcome: 'ok',
      detail: 'can be written, 42 % full',
      freeBytes: 5_000,
    },
    {
      id: 'offsite',
      outcome: 'warning',
      detail: 'It can be written. It is 91 % full.',
      freeBytes: 9,
      daysUntilFull: 3,
    },
  ]);
});

test('one that cannot be used says why', () => {
  const error = { code: 'storage_missing', message: 'It is not mounted.' } as const;
  expect(
    viewDestinations({ repository: { ...repository, available: false, error }, health: healthOf() }),
  ).toMatchObject([{ outcome: 'critical', detail: 'It is not mounted.' }]);
});
