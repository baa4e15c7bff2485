import { expect, test } from 'vitest';
import { judgeHealth, type Signs } from './judge-health.ts';

const well: Signs = {
  busConnected: true,
  workers: 1,
  validators: 1,
  history: { configured: true },
  repository: { freeBytes: 1_000_000, unreadable: 0 },
  databases: [{ id: 'app', workers: 1, lastBackup: { filename: 'a', sizeBytes: 10 }, verdict: 'valid' }],
};
const failure = { code: 'internal', message: 'Broken.' } as const;
const database = (fields: Partial<Signs['databases'][number]>): Pick<Signs, 'databases'> => ({
  databases: [{ id: 'app', workers: 1, lastBackup: { filename: 'a', sizeBytes: 10 }, ...fields }],
});

test('all well', () => expect(judgeHealth(well)).toEqual({ overall: 'healthy', issues: [] }));

test.each([
  ['no bus', { busConnected: false, workers: 0 }, 'critical', /NATS/],
  ['no worker', { workers: 0 }, 'critical', /No backup-worker/],
  ['no validator', { validators: 0 }, 'warning', /unproven/],
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
  const { overall, issues } = judgeHealth({ ...well, validators: 0, workers: 0 });
  expect(overall).toBe('critical');
  expect(issues.map((issue) => issue.severity)).toEqual(['critical', 'warning']);
});

test('a history that nobody configured is no issue', () => {
  expect(judgeHealth({ ...well, history: { configured: false, error: failure } }).overall).toBe('healthy');
});
