import type { BackupSummary, Manifest } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { planExport, type PlanExportOptions } from './plan-export.ts';

const NAME = 'app_20260101T000000Z_full_00000001';

test.each([
  ['a full', {}, 'custom', '.dump.zst', {}, 'stored', '.dump.zst'],
  ['a full of several jobs', {}, 'tar', '.tar.gz', {}, 'stored', '.tar.gz'],
  ['a later attempt', {}, 'custom', '.2.dump.zst', {}, 'stored', '.2.dump.zst'],
  ['a full, encrypted on the way', {}, 'custom', '.dump', { encrypts: true }, 'stored', '.dump.age'],
  ['an incremental', { type: 'incremental' }, 'custom', '.hfd', {}, 'standalone', '.dump.zst'],
  ['its later attempt', { type: 'incremental' }, 'custom', '.2.hfd', {}, 'standalone', '.dump.zst'],
  ['a differential of several jobs', { type: 'differential' }, 'tar', '.hfd', {}, 'standalone', '.tar.zst'],
  ['an encrypted full', { encrypted: true }, 'custom', '.dump.gz.age', {}, 'standalone', '.dump.zst'],
  ['encrypted plain SQL', { encrypted: true }, 'plain', '.sql.age', {}, 'standalone', '.sql.zst'],
  [
    'encrypted anew',
    { encrypted: true },
    'tar',
    '.tar.zst.age',
    { encrypts: true },
    'standalone',
    '.tar.zst.age',
  ],
  [
    'as it is',
    { type: 'incremental', encrypted: true },
    'tar',
    '.hfd.age',
    { asIs: true },
    'stored',
    '.hfd.age',
  ],
] satisfies [
  string,
  Partial<BackupSummary>,
  Manifest['data']['format'],
  string,
  PlanExportOptions,
  string,
  string,
][])('%s', (_name, backup, format, ending, options, content, named) => {
  const manifest = {
    backup: { type: 'full', encrypted: false, name: NAME, filename: `${NAME}${ending}`, ...backup },
    data: { format },
  } as Manifest; // what is looked at
  expect(planExport(manifest, options)).toEqual({ content, filename: `${NAME}${named}` });
});
