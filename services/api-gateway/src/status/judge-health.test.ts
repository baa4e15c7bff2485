import { expect, test } from 'vitest';
import { judgeHealth, type Signs } from './judge-health.ts';

const well: Signs = {
  busConnected: true,
  processes: { 'backup-worker': 1, scheduler: 1, validator: 2, retention: 1 },
  hasSchedules: true,
  history: { configured: true },
  repository: { freeBytes: 1_000_000, unreadable: 0 },
  databases: [{ id: 'app', workers: 1, lastBackup: { filename: 'a', sizeBytes: 10 }, verdict: 'valid' }],
};
const failure = { code: 'internal', message: 'Broken.' } as const;
const database = (fields: Partial<Signs['databases'][number]>): Pick<Signs, 'databases'> => ({
  databases: [{ id: 'app', workers: 1, lastBackup: { filename: 'a', sizeBytes: 10 }, ...fields }],
});

const without = (service: string): Pick<Signs, 'processes'> => ({
  processes: { ...well.processes, [service]: 0 },
});
const watched = (check: string, subject?: string): Pick<Signs, 'watched'> => ({
  watched: {
    overall: 'critical',
    since: '2026-01-01T00:00:00Z',
    at: '2026-01-01T00:00:00Z',
    problems: [
      { check, severity: 'critical', message: `Watched: ${check}.`, ...(subject ? { subject } : {}) },
    ],
  },
});

test('all well, and everything that was looked at is told', () => {
  const { overall, issues, checks } = judgeHealth(well);
  expect({ overall, issues }).toEqual({ overall: 'healthy', issues: [] });
  expect(checks.every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(checks).toContainEqual({
    check: 'services.present',
    subject: 'validator',
    outcome: 'ok',
    detail: '2 processes',
  });
});

test.each([
  ['no bus', { busConnected: false, processes: {} }, 'critical', /NATS/],
  ['no worker', without('backup-worker'), 'critical', /No backup-worker/],
  ['no validator', without('validator'), 'warning', /unproven/],
  ['no scheduler', without('scheduler'), 'critical', /no schedule fires/],
  ['no retention', without('retention'), 'warning', /nothing is removed/],
  ['what the watch saw', watched('backup.age', 'app'), 'critical', /Watched: backup.age/],
  ['history away', { history: { configured: true, error: failure } }, 'warning', /History.*Broken/],
  ['no repository', { repository: { unreadable: 0, error: failure } }, 'critical', /repository.*Broken/],
  ['an unreadable manifest', { repository: { unreadable: 1 } }, 'warning', /One manifest/],
  ['never backed up', database({ lastBackup: undefined }), 'warning', /app has no backup yet/],
  ['the last one failed', database({ lastFailure: failure }), 'critical', /app failed: Broken/],
  ['the newest is invalid', database({ verdict: 'invalid' }), 'critical', /invalid; make another/],
  ['little room', { repository: { unreadable: 0, freeBytes: 19 } }, 'warning', /less than two more/],
] as const)('%s', (_name, signs, overall, message) => {
  const judgement = judgeHealth({ ...well, ...signs });
  expect(judgement.overall).toBe(overall);
  expect(judgement.issues).toHaveLength(1);
  expect(judgement.issues[0]?.message).toMatch(message);
});

test('the worst comes first', () => {
  const { overall, issues } = judgeHealth({
    ...well,
    processes: { scheduler: 1, retention: 1 },
  });
  expect(overall).toBe('critical');
  expect(issues.map((issue) => issue.severity)).toEqual(['critical', 'warning']);
});

test('a history that nobody configured is no issue', () => {
  expect(judgeHealth({ ...well, history: { configured: false, error: failure } }).overall).toBe('healthy');
});

test('without schedules nobody misses a scheduler', () => {
  expect(judgeHealth({ ...well, ...without('scheduler'), hasSchedules: false }).overall).toBe('healthy');
});

test('what is seen now beats what the watch saw', () => {
  expect(judgeHealth({ ...well, ...watched('bus') }).issues).toEqual([]);
});
