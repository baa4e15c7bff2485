import { describe, expect, test } from 'vitest';
import {
  backupName,
  dataFilename,
  manifestFilename,
  parseBackupName,
  parseManifestFilename,
  rewrappedFilename,
} from './backup-name.ts';

const NAME = backupName(
  'app',
  new Date('2026-11-25T10:20:30.456Z'),
  'incremental',
  '0198c0de-f00d-7000-8000-00001a2b3c4d',
);

test('a name', () => {
  expect(NAME).toBe('app_20261125T102030Z_incremental_1a2b3c4d');
});

test.each([
  [`${NAME}.dump.zst`],
  [`${NAME}.dump`],
  [`${NAME}.3.tar.gz.age`],
  [`${NAME}.hfd`],
  [`${NAME}.r2-0a1b2c3d.hfd.age`],
  [`${NAME}.3.r12-0a1b2c3d.dump.zst.age`],
  [`${NAME}.manifest.json`],
  [`${NAME}.manifest.2.json`],
  [NAME],
])('%s is a name of its backup', (filename) => {
  expect(parseBackupName(filename)).toEqual({ name: NAME, database: 'app', type: 'incremental' });
});

test.each([
  [`${NAME}.dump.zst.ids`],
  [`${NAME}.globals.sql.age`],
  [`${NAME}.manifest.0.json`],
  [`${NAME}.manifest.x.json`],
  [`${NAME}.r2.dump.zst`],
  ['app.dump'],
])('%s is none', (filename) => {
  expect(parseBackupName(filename)).toBeUndefined();
});

describe('revisions', () => {
  test.each([1, 2, 3, 10, 999_999])('manifest %i', (revision) => {
    expect(parseManifestFilename(manifestFilename(NAME, revision))).toEqual({ name: NAME, revision });
  });

  test('the first has no number', () => {
    expect(manifestFilename(NAME, 1)).toBe(`${NAME}.manifest.json`);
  });

  test.each([
    [{ compression: 'zstd', encrypted: true }, `${NAME}.r2-ab12.dump.zst.age`],
    [{ compression: 'zstd', encrypted: true, hasParent: true }, `${NAME}.r2-ab12.hfd.age`],
    [{ compression: 'none', encrypted: true, format: 'tar' }, `${NAME}.r2-ab12.tar.age`],
  ] as const)('data of %o', (kind, expected) => {
    const rewrapped = rewrappedFilename(dataFilename(NAME, 1, kind), 2, 'ab12');
    expect(rewrapped).toBe(expected);
    expect(rewrappedFilename(rewrapped, 3, 'cd34')).toBe(expected.replace('.r2-ab12', '.r3-cd34'));
  });

  test('data of a later attempt keeps its number', () => {
    const filename = dataFilename(NAME, 4, { compression: 'zstd', encrypted: true });
    expect(rewrappedFilename(filename, 2, 'ab12')).toBe(`${NAME}.4.r2-ab12.dump.zst.age`);
  });
});
