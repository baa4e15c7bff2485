import { expect, test } from 'vitest';
import { manifestOf } from '../../test/made-manifest.ts';
import { planFacts, usedBy } from './plan-facts.ts';
import { planBases } from './plan-bases.ts';

const RUN = '0198c0de-f00d-7000-8000-00000000abcd';
const active = (kind: 'restore' | 'validation' | 'backup' | 'copy', filename?: string, database = 'app') => ({
  id: RUN,
  kind,
  database,
  state: 'running' as const,
  attempt: 1,
  failures: 0,
  requestedAt: '2026-01-01T00:00:00Z',
  ...(filename === undefined ? {} : { filename }),
});
const nothing = { verification: new Map(), pins: new Map(), active: [] };

test('a backup with nothing known beside its manifest', () => {
  const [facts] = planFacts([manifestOf({ hour: 1 })], nothing);
  expect(facts).toEqual({
    name: 'app_20260101T010000Z_full_00000001',
    filename: 'app_20260101T010000Z_full_00000001.dump.zst',
    type: 'full',
    createdAt: '2026-01-01T01:00:00.000Z',
    sizeBytes: 100,
    trigger: 'manual',
    ancestors: [],
  });
});

test('what validators found, who pinned it, who reads it', () => {
  const manifest = manifestOf({ hour: 1 });
  const { name, filename } = manifest.backup;
  const at = '2026-01-02T00:00:00Z';
  const verification = {
    database: 'app',
    filename,
    provenAt: at,
    lastValidation: { at, level: 'restore', verdict: 'invalid' },
  } as const;
  const pin = { reason: 'audit', by: 'anna', at };
  const known = {
    verification: new Map([[name, verification]]),
    pins: new Map([[name, pin]]),
    active: [active('restore', filename)],
  };
  expect(planFacts([manifest], known)).toMatchObject([
    { isProven: true, isBroken: true, pin, inUse: `restore ${RUN} reads it` },
  ]);
});

test.each(['filename', 'name', 'alias', 'run'] as const)(
  'a run may name what it reads by its %s',
  (field) => {
    const manifest = manifestOf({ hour: 1, alias: 'before-release' });
    expect(usedBy(manifest, [active('validation', manifest.backup[field])])).toContain('validation');
  },
);

test('while a backup is made, of each kind the newest stays that it may build on', () => {
  const manifests = [1, 2, 3].map((hour) => manifestOf({ hour }));
  const encrypted = manifestOf({ hour: 0, encrypted: true });
  const part = manifestOf({ hour: 9, selection: { schemas: ['public'] } });
  const bases = planBases([...manifests, encrypted, part], [active('backup')]);
  expect([...bases.keys()].toSorted()).toEqual([encrypted.backup.name, manifestOf({ hour: 3 }).backup.name]);
  expect(planBases(manifests, [active('backup', undefined, 'other')]).size).toBe(0);
});
