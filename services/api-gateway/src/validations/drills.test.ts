import { verificationSchema, type Run, type Verification } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { viewDrills } from './drills.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const at = (day: number): string => `2026-01-0${day}T00:00:00Z`;
const proven = (database: string, day: number): Verification => ({
  database,
  filename: `${database}-${day}`,
  lastValidation: { at: at(day), level: 'restore', verdict: 'proven' },
  provenAt: at(day),
  recoveryMs: day * 1_000,
});
const structural: Verification = {
  database: 'app',
  filename: 'app-4',
  lastValidation: { at: at(4), level: 'structure', verdict: 'valid' },
};
const broken: Verification = {
  database: 'app',
  filename: 'app-3',
  lastValidation: { at: at(3), level: 'restore', verdict: 'invalid' },
};

test('of each database the newest drill and the newest proof', () => {
  expect(viewDrills([proven('shop', 1), structural, proven('app', 2), broken, proven('app', 1)])).toEqual([
    {
      database: 'app',
      last: { filename: 'app-3', at: at(3), verdict: 'invalid' },
      proven: { filename: 'app-2', at: at(2), recoveryMs: 2_000 },
    },
    {
      database: 'shop',
      last: { filename: 'shop-1', at: at(1), verdict: 'proven' },
      proven: { filename: 'shop-1', at: at(1), recoveryMs: 1_000 },
    },
  ]);
  expect(viewDrills([structural])).toEqual([{ database: 'app' }]);
});

test('the list is what validators wrote down', async () => {
  const bucket = await gateway.bus.bucket('verification', verificationSchema);
  await bucket.create('shop-1', proven('shop', 1));
  expect((await gateway.call('GET', '/api/v1/drills')).json()).toMatchObject({
    drills: [{ database: 'shop', proven: { recoveryMs: 1_000 } }],
  });
});

test('a drill is a validation of the newest backup by a restore', async () => {
  const refused = await gateway.call('POST', '/api/v1/drills', { database: 'app' });
  expect(refused.json()).toMatchObject({ code: 'backup_not_found' });
  for (const alias of ['old.dump', 'new.dump']) {
    const made = await gateway.call('POST', '/api/v1/backups', { database: 'app', alias });
    await gateway.ended(made.json<Run>().id);
  }
  const newest = (await gateway.call('GET', '/api/v1/backups?limit=1')).json<{
    backups: { filename: string; alias: string }[];
  }>().backups[0];
  const asked = await gateway.call('POST', '/api/v1/drills', { database: 'app' });
  expect(asked.statusCode).toBe(202);
  expect(gateway.memory.published.at(-1)).toMatchObject({
    type: 'validation.requested',
    subject: asked.json<Run>().id,
    data: { filename: newest?.filename, level: 'restore', by: 'anna' },
  });
  expect((await gateway.call('POST', '/api/v1/drills', {})).json()).toMatchObject({
    code: 'database_ambiguous',
  });
});
