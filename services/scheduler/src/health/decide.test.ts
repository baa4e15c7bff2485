import type { BackupSummary, Envelope } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { rememberEvent, RECENT_KEPT } from './decide.ts';
import type { DatabaseMemory } from './memory.ts';

const event = (type: string, data: unknown, time = '2026-01-02T00:00:00Z'): Envelope => ({
  specversion: '1.0',
  id: 'e',
  type,
  source: '/holdfast/test',
  subject: 'r',
  time,
  datacontenttype: 'application/json',
  database: 'app',
  data,
});

const summary = (filename: string): BackupSummary => ({
  name: filename,
  filename,
  database: 'app',
  databaseName: 'app',
  type: 'full',
  trigger: 'manual',
  description: '',
  run: '0190b0a0-0000-7000-8000-000000000001',
  attempt: 1,
  createdAt: '2026-01-01T00:00:00Z',
  durationMs: 1,
  sizeBytes: 1,
  rawBytes: 1,
  sha256: '0'.repeat(64),
  compression: 'zstd',
  encrypted: false,
  serverVersion: 150_000,
  tablesCount: 1,
  rowsCount: 1,
  warnings: [],
});
const completed = (filename: string) => event('backup.completed', { backup: summary(filename) });
const failed = event('backup.failed', { attempts: 1, error: { code: 'dump_failed', message: 'x' } });
const validated = (filename: string, verdict: string) =>
  event('validation.completed', {
    filename,
    name: filename,
    level: 'restore',
    verdict,
    findings: [],
    durationMs: 1,
  });

const after = (...events: readonly Envelope[]): DatabaseMemory =>
  events.reduce<DatabaseMemory | undefined>(rememberEvent, undefined) ?? { good: [], recent: [] };
const names = (memory: DatabaseMemory) => memory.good.map(({ filename }) => filename);

test('good backups, the newest first; one told twice counts once', () => {
  const memory = after(completed('a'), completed('b'), completed('b'));
  expect(names(memory)).toEqual(['b', 'a']);
  expect(memory.recent).toEqual(['completed', 'completed']);
});

test('an invalid or deleted one is good no more, and the one before it counts', () => {
  expect(names(after(completed('a'), completed('b'), validated('b', 'invalid')))).toEqual(['a']);
  const deleted = event('backup.deleted', { filename: 'a', name: 'a', freedBytes: 1, by: 'anna' });
  expect(names(after(completed('a'), completed('b'), deleted))).toEqual(['b']);
});

test('a drill proves, a lesser validation does not', () => {
  expect(after(completed('a'), validated('a', 'valid')).proven).toBeUndefined();
  expect(after(completed('a'), validated('a', 'proven')).proven).toEqual({
    filename: 'a',
    at: '2026-01-02T00:00:00Z',
  });
});

test('failures are remembered, cancelled ones are not, and no memory grows for ever', () => {
  const cancelled = event('backup.cancelled', { by: 'anna' });
  expect(after(completed('a'), failed, cancelled).recent).toEqual(['failed', 'completed']);
  const many = after(...Array.from({ length: 100 }, (_, index) => completed(`b${index}`)));
  expect(many.recent).toHaveLength(RECENT_KEPT);
  expect(many.good.length).toBeLessThanOrEqual(RECENT_KEPT);
  expect(many.firstGoodAt).toBe('2026-01-01T00:00:00Z');
});

test('what does not fit its shape, or is about something else, changes nothing', () => {
  const before = after(completed('a'));
  expect(rememberEvent(before, event('backup.completed', { nonsense: 1 }))).toBe(before);
  expect(rememberEvent(before, event('restore.failed', {}))).toBe(before);
});
