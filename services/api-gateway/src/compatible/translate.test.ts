import { expect, test } from 'vitest';
import { wantedByEnhanced, wantedByLegacy } from './translate.ts';

const settings = { BACKUP_COMPRESSION: 'gzip', BACKUP_COMPRESSION_ENABLED: true } as const;
const full = { type: 'full', trigger: 'manual', description: '' };

test.each([
  ['nothing', {}, full],
  ['a reason', { type: 'migration' }, { ...full, trigger: 'migration' }],
  ['full is a type, not a reason', { type: 'full' }, full],
  ['so is incremental', { type: 'incremental' }, { ...full, type: 'incremental' }],
  ['and differential', { type: 'differential' }, { ...full, type: 'differential' }],
  ['validate as a switch', { validate: true }, { ...full, validate: 'structure' }],
  ['validate off', { validate: false }, { ...full, validate: 'none' }],
  ['validate as a level', { validate: 'restore' as const }, { ...full, validate: 'restore' }],
  ['compress off', { compress: false }, { ...full, compression: 'none' }],
  ['compress where it is on anyway', { compress: true }, full],
])('%s', (_name, body, expected) => {
  expect(wantedByEnhanced(body, settings)).toEqual(expected);
});

test('compress where it is off takes the configured codec', () => {
  const off = { BACKUP_COMPRESSION: 'gzip', BACKUP_COMPRESSION_ENABLED: false } as const;
  expect(wantedByEnhanced({ compress: true }, off).compression).toBe('gzip');
});

test.each([
  [
    { filename: 'a.sql', description: 'x' },
    { ...full, description: 'x', alias: 'a.sql' },
  ],
  [{ filename: ' ' }, full],
  [{}, full],
])('the older create: %j', (body, expected) => {
  expect(wantedByLegacy(body)).toEqual(expected);
});
