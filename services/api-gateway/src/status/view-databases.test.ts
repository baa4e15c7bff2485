import { expect, test } from 'vitest';
import { aBackup } from '../../test/builders.ts';
import { viewDatabases } from './view-databases.ts';

test('databases that workers reach and those that only backups remember, each with its last and last proven', () => {
  const presence = {
    service: 'backup-worker',
    instance: 'w',
    startedAt: '2026-01-01T00:00:00Z',
    databases: [
      { id: 'app', name: 'App' },
      { id: 'new', name: 'New' },
    ],
    roles: [],
  };
  const backups = [
    {
      ...aBackup({ filename: 'newest', sizeBytes: 5 }),
      lastValidation: { at: '2026-01-01T00:30:00Z', level: 'structure', verdict: 'invalid' } as const,
    },
    { ...aBackup({ filename: 'older', sizeBytes: 7 }), lastProvenAt: '2026-01-01T01:00:00Z' },
    aBackup({ filename: 'gone', database: 'old', databaseName: 'Old', sizeBytes: 1 }),
  ];
  expect(viewDatabases([presence], backups)).toEqual([
    {
      id: 'app',
      name: 'App',
      workers: 1,
      backups: 2,
      sizeBytes: 12,
      lastBackup: { filename: 'newest', createdAt: aBackup().createdAt, sizeBytes: 5 },
      lastGood: { filename: 'older', createdAt: aBackup().createdAt, sizeBytes: 7 },
      lastProven: { filename: 'older', at: '2026-01-01T01:00:00Z' },
    },
    { id: 'new', name: 'New', workers: 1, backups: 0, sizeBytes: 0 },
    {
      id: 'old',
      name: 'Old',
      workers: 0,
      backups: 1,
      sizeBytes: 1,
      lastBackup: { filename: 'gone', createdAt: aBackup().createdAt, sizeBytes: 1 },
      lastGood: { filename: 'gone', createdAt: aBackup().createdAt, sizeBytes: 1 },
    },
  ]);
});
