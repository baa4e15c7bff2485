import { expect, test } from 'vitest';
import { readForeignKey } from './read-key.ts';

const read = (key: string, known: readonly string[] = []) => {
  const { kind, compression, database, namedAtMs } = readForeignKey(key, known) ?? {};
  return [kind, compression, database, namedAtMs && new Date(namedAtMs).toISOString()];
};

test.each([
  ['auto_backup_20231215_143022.sql', 'plain', 'none', undefined, '2023-12-15T14:30:22.000Z'],
  ['backup_20231215.sql', 'plain', 'none', undefined, '2023-12-15T00:00:00.000Z'],
  ['backup_2023-12-15_14-30.sql.gz', 'plain', 'gzip', undefined, '2023-12-15T14:30:00.000Z'],
  ['app/before update.sql.zst', 'plain', 'zstd', 'app', undefined],
  ['app/20231215T143022Z.dump', 'custom', 'none', 'app', '2023-12-15T14:30:22.000Z'],
  ['old.backup', 'custom', 'none', undefined, undefined],
  ['OLD.SQL.GZ', 'plain', 'gzip', undefined, undefined],
  ['x.dump.gz', 'custom', 'gzip', undefined, undefined],
  ['b_20231315.sql', 'plain', 'none', undefined, undefined],
  ['b_20230230.sql', 'plain', 'none', undefined, undefined],
  ['b_20231215_996060.sql', 'plain', 'none', undefined, undefined],
  ['order_1202312159.sql', 'plain', 'none', undefined, undefined],
])('%s', (key, ...expected) => {
  expect(read(key)).toEqual(expected);
});

test.each([
  ['app_backup.sql', ['app'], 'app'],
  ['app-2.20231215.sql', ['app', 'app-2'], 'app-2'],
  ['application.sql', ['app'], undefined],
  ['app.sql', [], undefined],
  ['shop/app_backup.sql', ['app'], 'shop'],
])('the database of %s among %j', (key, known, expected) => {
  expect(readForeignKey(key, known)?.database).toBe(expected);
});

test.each([
  'app/app_20260101T000000Z_full_deadbeef.dump.zst',
  'app/app_20260101T000000Z_full_deadbeef.2.dump',
  'app_20260101T000000Z_full_deadbeef.dump',
  'app/app_20260101T000000Z_full_deadbeef.globals.sql',
  'app/app_20260101T000000Z_full_deadbeef.3.globals.sql',
  'app/app_20260101T000000Z_full_deadbeef.globals.sql.age',
  'app/app_20260101T000000Z_full_deadbeef.manifest.json',
  'app/x.sql.age',
  'app/x.sql.upload.json',
  'repository.key.age',
  'app/2023/x.sql',
  'Not An Id/x.sql',
  '_/x.sql',
  'x.sql.part',
  'x.txt',
  'sql',
])('%s is no foreign backup', (key) => {
  expect(readForeignKey(key)).toBeUndefined();
});
