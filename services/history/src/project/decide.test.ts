import { eventTypes, type Envelope } from '@holdfast/contracts';
import { describe, expect, test } from 'vitest';
import { aBackup, aDay, anEvent, at, runId } from '../../test/story.ts';
import { decide } from './decide.ts';
import { readEvent } from './read-event.ts';

function changes(envelope: Envelope) {
  const read = readEvent(envelope);
  if ('skip' in read) throw new Error(read.why);
  return decide(read.known, 7);
}

const run = (number: number, kind: string, minute: number, rest: object) => ({
  table: 'runs',
  change: {
    run: runId(number),
    kind,
    database: 'app',
    correlation: runId(number),
    at: at(minute),
    sequence: 7,
    ...rest,
  },
});
const error = { code: 'dump_failed', message: 'no' } as const;
const started = { attempt: 2, worker: 'w' };
const failedAttempt = { attempt: 1, worker: 'w', error, retryInMs: 5 };
const begun = (filename?: string) => ({ stage: 'started', attempt: 2, worker: 'w', filename });
const failed = (envelope: Envelope) => ({
  stage: 'over',
  state: 'failed',
  succeeded: false,
  attempt: 3,
  error,
  outcome: envelope,
});
const cancelled = (envelope: Envelope) => ({
  stage: 'over',
  state: 'cancelled',
  succeeded: false,
  cancel: { by: 'bob', reason: 'slow' },
  error: { code: 'cancelled', message: 'The run was cancelled by bob: slow.' },
  outcome: envelope,
});
const over = { attempts: 3, error };
const wish = { by: 'bob', reason: 'slow' };

const stages: readonly (readonly [Envelope, string, object])[] = [
  [anEvent('backup.started', 1, 2, started), 'backup', begun()],
  [anEvent('restore.started', 1, 2, { ...started, filename: 'f' }), 'restore', begun('f')],
  [
    anEvent('validation.started', 1, 2, { ...started, filename: 'f', level: 'restore' }),
    'validation',
    begun('f'),
  ],
  ...(['backup', 'restore', 'validation'] as const).map((kind): readonly [Envelope, string, object] => [
    anEvent(`${kind}.attempt_failed`, 1, 2, failedAttempt),
    kind,
    { stage: 'attempt_failed', attempt: 1, worker: 'w' },
  ]),
  [anEvent('backup.cancel_requested', 1, 2, wish), 'backup', { stage: 'cancel_asked', ...wish }],
  [anEvent('restore.cancel_requested', 1, 2, wish), 'restore', { stage: 'cancel_asked', ...wish }],
];

describe('stages that every kind of run has', () => {
  test.each(stages)('$type', (envelope, kind, expected) => {
    expect(changes(envelope)).toEqual([run(1, kind, 2, expected)]);
  });

  test.each([
    ['backup', anEvent('backup.failed', 1, 2, over)],
    ['restore', anEvent('restore.failed', 1, 2, over)],
    ['validation', anEvent('validation.failed', 1, 2, over)],
    ['removal', anEvent('backup.delete_failed', 1, 2, over)],
    ['copy', anEvent('backup.copy_failed', 1, 2, { ...over, destination: 'offsite' })],
  ])('%s failed', (kind, envelope) => {
    expect(changes(envelope)).toEqual([run(1, kind, 2, failed(envelope))]);
  });

  test.each([
    ['backup', anEvent('backup.cancelled', 1, 2, wish)],
    ['restore', anEvent('restore.cancelled', 1, 2, wish)],
    ['validation', anEvent('validation.cancelled', 1, 2, wish)],
    ['copy', anEvent('backup.copy_cancelled', 1, 2, { ...wish, destination: 'offsite' })],
  ])('%s cancelled', (kind, envelope) => {
    expect(changes(envelope)).toEqual([run(1, kind, 2, cancelled(envelope))]);
  });
});

describe('requests', () => {
  const asked = (rest: object) => ({ stage: 'requested', requestedBy: 'ann', ...rest });
  const by = 'ann';
  const restore = {
    filename: 'f',
    mode: 'swap',
    safetyBackup: true,
    keepExtra: false,
    trustFile: false,
    withRoles: false,
    by,
  } as const;
  test.each([
    [
      anEvent('backup.requested', 1, 2, { type: 'full', trigger: 'nightly', description: 'd', by }),
      [run(1, 'backup', 2, asked({ trigger: 'nightly', description: 'd' }))],
    ],
    [
      anEvent('backup.delete_requested', 1, 2, { filename: 'f', by }),
      [run(1, 'removal', 2, asked({ filename: 'f' }))],
    ],
    [
      anEvent('backup.copy_requested', 1, 2, { backup: runId(9), filename: 'f', destination: 'offsite', by }),
      [run(1, 'copy', 2, asked({ filename: 'f', description: 'copy to offsite' }))],
    ],
    [
      anEvent('restore.requested', 1, 2, restore),
      [
        run(1, 'restore', 2, asked({ filename: 'f' })),
        {
          table: 'restores',
          change: { run: runId(1), sequence: 7, database: 'app', filename: 'f', mode: 'swap' },
        },
      ],
    ],
    [anEvent('restore.undo_requested', 1, 2, { restore: runId(9), by }), [run(1, 'undo', 2, asked({}))]],
    [
      anEvent('validation.requested', 1, 2, { filename: 'f', level: 'restore', by }),
      [run(1, 'validation', 2, asked({ filename: 'f' }))],
    ],
  ])('$type', (envelope, expected) => {
    expect(changes(envelope)).toEqual(expected);
  });
});

describe('what was done', () => {
  const completed = (outcome: Envelope, rest: object) => ({
    stage: 'over',
    state: 'completed',
    succeeded: true,
    outcome,
    ...rest,
  });

  test('backup.completed', () => {
    const backup = aBackup(1);
    const envelope = anEvent('backup.completed', 1, 2, { backup });
    const { attempt, trigger, filename, sizeBytes, rawBytes, durationMs, description } = backup;
    expect(changes(envelope)).toEqual([
      run(
        1,
        'backup',
        2,
        completed(envelope, { attempt, trigger, filename, sizeBytes, rawBytes, durationMs, description }),
      ),
      { table: 'backups', change: { backup, sequence: 7 } },
    ]);
  });

  test('backup.deleted', () => {
    const envelope = anEvent('backup.deleted', 1, 2, { filename: 'f', name: 'n', freedBytes: 5, by: 'ann' });
    expect(changes(envelope)).toEqual([
      run(
        1,
        'removal',
        2,
        completed(envelope, {
          filename: 'f',
          removedBackup: 'n',
          sizeBytes: 5,
          description: 'deleted by ann',
        }),
      ),
    ]);
  });

  test('backup.copied', () => {
    const made = { filename: 'f', sizeBytes: 5, durationMs: 9 };
    const envelope = anEvent('backup.copied', 1, 2, { backup: runId(9), destination: 'offsite', ...made });
    expect(changes(envelope)).toEqual([
      run(1, 'copy', 2, completed(envelope, { ...made, description: 'copied to offsite' })),
    ]);
  });

  test('restore.completed', () => {
    const result = {
      filename: 'f',
      mode: 'swap',
      databaseName: 'App',
      durationMs: 9,
      tablesCount: 1,
      rowsCount: 2,
      previousDatabaseName: 'Old',
      keptUntil: at(99),
      safetyBackup: 's',
      warnings: [],
    } as const;
    const envelope = anEvent('restore.completed', 1, 2, { ...result, warnings: [] });
    const { warnings: _, durationMs, ...kept } = result;
    expect(changes(envelope)).toEqual([
      run(
        1,
        'restore',
        2,
        completed(envelope, { filename: 'f', durationMs, description: 'restored into App, mode swap' }),
      ),
      {
        table: 'restores',
        change: { run: runId(1), sequence: 7, database: 'app', ...kept, completedAt: at(2) },
      },
    ]);
  });

  test('restore.rolled_back leaves the run to restore.failed', () => {
    expect(
      changes(anEvent('restore.rolled_back', 1, 2, { databaseName: 'App', detail: 'as before' })),
    ).toEqual([
      {
        table: 'restores',
        change: {
          run: runId(1),
          sequence: 7,
          database: 'app',
          databaseName: 'App',
          rolledBack: { at: at(2), detail: 'as before' },
        },
      },
    ]);
  });

  test('restore.undone ends the undo and marks the restore', () => {
    const envelope = anEvent('restore.undone', 1, 2, {
      restore: runId(9),
      databaseName: 'App',
      detail: 'back',
    });
    expect(changes(envelope)).toEqual([
      run(1, 'undo', 2, completed(envelope, { description: 'back' })),
      { table: 'restores', change: { run: runId(9), sequence: 7, undone: { at: at(2), by: runId(1) } } },
    ]);
  });

  test.each([
    ['proven', true],
    ['valid', true],
    ['invalid', false],
  ] as const)('validation.completed, %s', (verdict, succeeded) => {
    const result = {
      filename: 'f',
      name: 'n',
      level: 'restore',
      verdict,
      findings: [],
      durationMs: 3,
    } as const;
    const envelope = anEvent('validation.completed', 1, 2, { ...result, findings: [] });
    expect(changes(envelope)).toEqual([
      run(
        1,
        'validation',
        2,
        completed(envelope, {
          succeeded,
          filename: 'f',
          durationMs: 3,
          description: `${verdict} at level restore`,
        }),
      ),
      { table: 'validations', change: { run: runId(1), database: 'app', at: at(2), sequence: 7, result } },
    ]);
  });
});

test('every type that exists changes something, but for files that are no backups of ours', () => {
  const received = anEvent('backup.upload_received', 1, 1, {
    filename: 'a.sql',
    sizeBytes: 1,
    description: '',
    by: 'anna',
  });
  expect(changes(received)).toEqual([]);
  const told = new Set([...aDay, received].map(({ type }) => type));
  expect([...told].sort()).toEqual([...eventTypes].sort());
  for (const envelope of aDay) expect(changes(envelope)).not.toEqual([]);
});

test('a correlation that is no run id is left out', () => {
  const envelope = { ...anEvent('backup.started', 1, 2, started), correlationid: 'ticket 42' };
  expect(changes(envelope)).toEqual([run(1, 'backup', 2, { ...begun(), correlation: undefined })]);
});
