import { expect, test } from 'vitest';
import { StorageError } from '../storage-error.ts';
import { fromFileSystem } from './file-system-errors.ts';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code });

test.each([
  ['ENOSPC', 'storage_full'],
  ['EDQUOT', 'storage_full'],
  ['EROFS', 'storage_read_only'],
  ['EACCES', 'storage_read_only'],
  ['EPERM', 'storage_read_only'],
  ['ENAMETOOLONG', 'path_refused'],
  ['ELOOP', 'path_refused'],
  ['EIO', 'storage_failed'],
])('%s is %s, names the path and a next step, and keeps its cause', (code, expected) => {
  const cause = systemError(code);
  const error = fromFileSystem(cause, '/var/backups/app');
  expect(error).toMatchObject({ name: 'StorageError', code: expected, cause });
  expect(error.message).toMatch(/\/var\/backups\/app.*; \w+.*\.$/);
});

test('what is told already is not told again', () => {
  const error = new StorageError('name_taken', 'x');
  expect(fromFileSystem(error, '/elsewhere')).toBe(error);
});
