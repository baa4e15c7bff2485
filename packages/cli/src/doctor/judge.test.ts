import { expect, test } from 'vitest';
import { status } from '../../test/builders.ts';
import { worstOf, type Finding } from './finding.ts';
import { judgeClock } from './judge-clock.ts';
import { judgePrivileges, type PrivilegeSign } from './judge-database.ts';
import { judgeDestination } from './judge-destination.ts';
import { judgeStatus, judgeSurroundings } from './judge-server.ts';
import { judgeMajor, judgeTools, type ToolsSign } from './judge-tools.ts';

const NOW = Date.parse('2026-11-24T16:00:00Z');
const ageMs = (at: string): number => NOW - Date.parse(at);
const told = (findings: readonly Finding[]) =>
  findings.map(({ check, subject, outcome }) => [check, subject, outcome].filter(Boolean).join(' '));
const tools = (major: number, serverBinaries = false): ToolsSign => ({
  major,
  version: `${major}.1`,
  serverBinaries,
});

test.each([
  [[], false, ['tools critical']],
  [[tools(15, true)], false, ['tools ok', 'drills ok']],
  [[tools(15)], false, ['tools ok', 'drills warning']],
  [[tools(15)], true, ['tools ok', 'drills ok']],
])('tools %j, drills elsewhere: %j', (found, elsewhere, expected) => {
  expect(told(judgeTools(found, elsewhere))).toEqual(expected);
});

test.each([
  [150_018, [tools(15)], 'ok'],
  [150_018, [tools(13), tools(17)], 'ok'],
  [180_000, [tools(15)], 'critical'],
  // That there are none at all is told once, not for each database.
  [180_000, [], 'ok'],
])('a server of %i with %j', (version, found, outcome) => {
  expect(judgeMajor('app', version, found)).toMatchObject({ subject: 'app', outcome });
});

const privileges = (fields: Partial<PrivilegeSign>): PrivilegeSign => ({
  user: 'holdfast',
  isSuperuser: false,
  unreadable: [],
  unreadableCount: 0,
  hidden: [],
  hiddenCount: 0,
  largeObjectsUnreadable: 0,
  clockOffsetMs: 0,
  ...fields,
});

test.each([
  ['all is readable', {}, 'ok', /holdfast reads everything$/],
  ['a superuser', { isSuperuser: true }, 'ok', /as superuser/],
  ['a table', { unreadable: ['sales.orders'], unreadableCount: 7 }, 'critical', /sales\.orders and 6 more/],
  ['row-level security', { hidden: ['a.b'], hiddenCount: 1 }, 'critical', /hides rows of a\.b from holdfast/],
  ['large objects', { largeObjectsUnreadable: 3 }, 'critical', /3 large objects/],
] as const)('privileges: %s', (_name, fields, outcome, detail) => {
  const [finding] = judgePrivileges('app', privileges(fields));
  expect(finding).toMatchObject({ outcome, detail: expect.stringMatching(detail) });
  if (outcome === 'critical') expect(finding?.mend).toMatch(/GRANT|BYPASSRLS/);
});

test.each([
  [0, 0, 'ok'],
  [1_999, 0, 'ok'],
  // What the asking itself may have cost is not held against a clock.
  [5_000, 4_000, 'ok'],
  [2_500, 0, 'warning'],
  [-30_000, 100, 'warning'],
  [90_000, 10, 'critical'],
])('a clock that is off by %i ms, %i ms uncertain', (offset, uncertain, outcome) => {
  expect(judgeClock('server', offset, uncertain)).toMatchObject({ outcome });
});

test.each([
  [{ outcome: 'ok', freeBytes: 50, totalBytes: 100 }, 'ok'],
  [{ outcome: 'ok', freeBytes: 15, totalBytes: 100 }, 'warning'],
  [{ outcome: 'ok', freeBytes: 4, totalBytes: 100 }, 'critical'],
  [{ outcome: 'ok' }, 'ok'],
  [{ outcome: 'critical', detail: 'it is away' }, 'critical'],
] as const)('a destination %j', (fields, outcome) => {
  expect(judgeDestination({ id: 'file-1', location: 'file:///b', ...fields })).toMatchObject({ outcome });
});

test('a status: missing services, databases without proof, and what the watch found', () => {
  const findings = judgeStatus(status(), ageMs);
  expect(told(findings)).toEqual([
    'services scheduler warning',
    'services notifier warning',
    'proof app warning',
    'proof toeic ok',
    'health health warning',
  ]);
  expect(findings.every(({ outcome, mend }) => outcome === 'ok' || mend !== undefined)).toBe(true);
});

test('no worker at all is critical, an old proof a warning, a database that nobody reaches too', () => {
  const [, toeic] = status().databases;
  const old = { filename: 'x', at: '2026-10-01T00:00:00Z' };
  const findings = judgeStatus(
    status({ services: [], databases: toeic ? [{ ...toeic, workers: 0, lastProven: old }] : [] }),
    ageMs,
  );
  expect(told(findings)).toEqual(
    expect.arrayContaining([
      'services backup-worker critical',
      'database toeic warning',
      'proof toeic warning',
    ]),
  );
});

test('without history nobody says "never"', () => {
  const [finding] = judgeStatus(status({ history: { configured: true, available: false } }), ageMs).filter(
    ({ check, subject }) => check === 'proof' && subject === 'toeic',
  );
  expect(finding?.detail).toContain('nobody knows');
});

test.each([
  [{ channels: 0, schedules: 0, deadLetters: 3 }, ['warning', 'warning', 'warning']],
  [{ channels: 1, schedules: 2, deadLetters: 0 }, ['ok', 'ok', 'ok']],
  [{ channels: undefined, schedules: undefined, deadLetters: undefined }, ['skipped', 'skipped', 'skipped']],
] as const)('surroundings %j', (counts, outcomes) => {
  expect(judgeSurroundings(counts).map(({ outcome }) => outcome)).toEqual(outcomes);
});

test.each([
  [[], undefined],
  [['ok', 'skipped'], undefined],
  [['ok', 'warning', 'warning'], 1],
  [['warning', 'critical', 'critical'], 1],
] as const)('the worst of %j', (outcomes, index) => {
  const findings = outcomes.map((outcome, at): Finding => ({ check: String(at), outcome, detail: '' }));
  expect(worstOf(findings)).toBe(index === undefined ? undefined : findings[index]);
});
