import { expect, test } from 'vitest';
import { restoreHint } from './restore-hint.ts';

test.each([
  ['.dump', 'pg_restore -d NEWDB /o'],
  ['.dump.zst', 'zstd -dc /o | pg_restore -d NEWDB'],
  ['.2.dump.gz', 'gunzip -c /o | pg_restore -d NEWDB'],
  ['.dump.age', 'age -d -i KEY /o | pg_restore -d NEWDB'],
  ['.dump.zst.age', 'age -d -i KEY /o | zstd -dc | pg_restore -d NEWDB'],
  ['.dump.gz.age', 'age -d -i KEY /o | gunzip -c | pg_restore -d NEWDB'],
  ['.tar', 'mkdir DIR && cat /o | tar -x -C DIR && pg_restore -d NEWDB DIR'],
  ['.tar.zst', 'mkdir DIR && zstd -dc /o | tar -x -C DIR && pg_restore -d NEWDB DIR'],
  ['.tar.zst.age', 'mkdir DIR && age -d -i KEY /o | zstd -dc | tar -x -C DIR && pg_restore -d NEWDB DIR'],
  ['.hfd', undefined],
  ['.hfd.age', undefined],
  ['.sql.zst', undefined],
])('%s', (ending, expected) => {
  expect(restoreHint(`app_20260101T000000Z_full_00000001${ending}`, '/o')).toBe(expected);
});
