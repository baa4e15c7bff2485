import { expect, test } from 'vitest';
import { aBackup, RUN, SHA } from '../../test/builders.ts';
import { renderBackup, renderEnhancedBackup, renderRestore, renderValidation } from './render.ts';

test('a backup comes back under the name that the client chose', () => {
  expect(renderBackup(aBackup({ alias: 'vor dem Umzug.sql' }))).toEqual({
    filename: 'vor dem Umzug.sql',
    description: 'before update',
    size: 1_000,
    created_at: '2026-01-01T00:00:05Z',
    download_url: '/api/v1/admin/backups/download/vor%20dem%20Umzug.sql',
    database: 'app',
    stored_as: 'app_20260101T000000Z_full_00000001.dump.zst',
  });
});

test('an enhanced backup', () => {
  const backup = aBackup({ compression: 'none', warnings: ['Roles could not be read.'] });
  expect(renderEnhancedBackup(backup, { validated: true, warnings: ['More.'] })).toEqual({
    success: true,
    filename: backup.filename,
    size: 1_000,
    duration: '1m3.5s',
    duration_ms: 63_500,
    compressed: false,
    encrypted: false,
    validated: true,
    checksum: SHA,
    warnings: ['Roles could not be read.', 'More.'],
    download_url: `/api/v1/admin/backups/download/${backup.filename}`,
    run: RUN,
  });
  expect(renderEnhancedBackup(aBackup(), { validated: true, warnings: [] })).not.toHaveProperty('warnings');
});

test('a restore', () => {
  const restore = {
    filename: 'a',
    mode: 'swap' as const,
    databaseName: 'App',
    durationMs: 450,
    tablesCount: 3,
    rowsCount: 42,
    warnings: [],
  };
  expect(renderRestore(restore, RUN)).toEqual({
    success: true,
    duration: '450ms',
    duration_ms: 450,
    tables_count: 3,
    records_count: 42,
    run: RUN,
  });
});

const file = { asked: 'a.sql', sizeBytes: 10, modifiedAt: '2026-01-01T00:00:00Z', run: RUN };
const good = { file_exists: true, readable_file: true, valid_structure: true, checksum_match: true };
test.each([
  ['good', 'valid', [], { valid: true, ...good }],
  [
    'cut',
    'invalid',
    [{ check: 'structure', outcome: 'failed', detail: 'archive_truncated: ends early' }],
    {
      valid: false,
      ...good,
      valid_structure: false,
      checksum_match: false,
      issues: ['structure: archive_truncated: ends early'],
    },
  ],
  [
    'gone',
    'invalid',
    [{ check: 'structure', outcome: 'failed', detail: 'data_missing: no file' }],
    { valid: false, file_exists: false, readable_file: false, valid_structure: false, checksum_match: false },
  ],
  [
    'unreadable by pg_restore',
    'invalid',
    [{ check: 'restore', outcome: 'failed', detail: 'restore_failed: no role' }],
    { valid: false, ...good, valid_structure: false },
  ],
  [
    'proven',
    'proven',
    [{ check: 'rows', outcome: 'ok', detail: '' }],
    { valid: true, proven: true, ...good },
  ],
] as const)('a validation of what is %s', (_name, verdict, findings, expected) => {
  const result = {
    filename: 'x',
    name: 'x',
    level: 'structure' as const,
    verdict,
    findings: [...findings],
    durationMs: 1,
  };
  expect(renderValidation(result, file)).toMatchObject({
    filename: 'a.sql',
    size: 10,
    run: RUN,
    ...expected,
  });
});
