import { expect, test } from 'vitest';
import { planUploadName } from './plan-upload.ts';
import { readForeignKey } from './read-key.ts';

test.each([
  ['backup_20231215.sql', 'plain', 'none', 'backup_20231215.sql'],
  ['b.SQL', 'plain', 'none', 'b.SQL'],
  ['b.sql.gz', 'plain', 'gzip', 'b.sql.gz'],
  ['old.backup', 'custom', 'none', 'old.backup'],
  ['b', 'plain', 'none', 'b.sql'],
  ['b.sql', 'plain', 'gzip', 'b.sql.sql.gz'],
  ['b.gz', 'plain', 'gzip', 'b.gz.sql.gz'],
  ['b.sql', 'custom', 'none', 'b.sql.dump'],
  [
    'app_20260101T000000Z_full_deadbeef.dump.zst',
    'custom',
    'zstd',
    'app_20260101T000000Z_full_deadbeef.uploaded.dump.zst',
  ],
  ['app_20260101T000000Z_full_deadbeef', 'custom', 'gzip', 'app_20260101T000000Z_full_deadbeef.dump.gz'],
] as const)('%s, which is %s and %s', (filename, kind, compression, expected) => {
  const name = planUploadName(filename, { kind, compression });
  expect(name).toBe(expected);
  if (!name.startsWith('app_')) expect(readForeignKey(name)).toMatchObject({ kind, compression });
});
