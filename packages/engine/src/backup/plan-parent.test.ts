import type { Manifest } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { planParent, type ParentOptions } from './plan-parent.ts';

type Given = {
  readonly run: string;
  readonly type?: 'full' | 'differential' | 'incremental';
  readonly on?: readonly string[];
  readonly encrypted?: boolean;
  readonly ids?: boolean;
  readonly compression?: 'zstd' | 'gzip' | 'none';
  readonly format?: 'custom' | 'tar';
};

/** Made one after the other, in the order of the list. */
const manifests = (...given: readonly Given[]): readonly Manifest[] =>
  given.map(
    (
      {
        run,
        type = 'full',
        on = [],
        encrypted = false,
        ids = false,
        compression = 'zstd',
        format = 'custom',
      },
      place,
    ) =>
      ({
        backup: { run, type, encrypted, compression, createdAt: `2026-11-25T00:00:0${place}.000Z` },
        data: { format },
        ...(ids ? { ids: {} } : {}),
        ancestors: on.map((each) => ({ name: each, run: each })),
      }) as unknown as Manifest, // what the plan looks at
  );

const options: ParentOptions = {
  maxChain: 4,
  codec: 'zstd',
  format: 'custom',
  canDecrypt: false,
  hasIndexKey: false,
};
const f = { run: 'f' };
const d = { run: 'd', type: 'differential', on: ['f'] } as const;
const i = { run: 'i', type: 'incremental', on: ['d', 'f'] } as const;
const j = { run: 'j', type: 'incremental', on: ['i', 'd', 'f'] } as const;

test.each([
  ['a full builds on nothing', 'full', manifests(f), {}, 'full'],
  ['an incremental on the newest', 'incremental', manifests(f, d, i), {}, 'i'],
  ['whatever the order of the list', 'incremental', manifests(f, d, i).toReversed(), {}, 'i'],
  ['a differential on the newest full', 'differential', manifests(f, d, i), {}, 'f'],
  ['a differential on the newer full', 'differential', manifests(f, d, { run: 'g' }, i), {}, 'g'],
  ['nothing there', 'incremental', [], {}, 'no backup yet'],
  [
    'no full there',
    'differential',
    manifests({ run: 'x', type: 'incremental', on: [] }),
    {},
    'no full backup yet',
  ],
  ['the chain is long enough', 'incremental', manifests(f, d, i, j), {}, 'BACKUP_MAX_CHAIN = 4'],
  ['a chain with a hole', 'incremental', manifests(d, i), {}, 'lack backups of their own'],
  [
    'the newest has a hole: the one before',
    'incremental',
    manifests(f, d, { ...i, on: ['x', 'f'] }),
    {},
    'd',
  ],
  ['gzip', 'incremental', manifests(f), { codec: 'gzip' }, 'compression gzip'],
  ['on a gzip', 'incremental', manifests({ ...f, compression: 'gzip' }), {}, 'f'],
  ['on an uncompressed one', 'incremental', manifests({ ...f, compression: 'none' }), {}, 'no backup yet'],
  ['on another format', 'incremental', manifests({ ...f, format: 'tar' }), {}, 'no backup yet'],
  ['on an encrypted one, without a key', 'incremental', manifests({ ...f, encrypted: true }), {}, 'no key'],
  ['on an encrypted one', 'incremental', manifests({ ...f, encrypted: true }), { canDecrypt: true }, 'f'],
] as const)('%s', (_name, wanted, present, change, expected) => {
  const plan = planParent(wanted, present, { ...options, ...change });
  if (plan.type !== 'full') expect([plan.type, plan.parent.backup.run]).toEqual([wanted, expected]);
  else if (wanted === 'full') expect(plan).toEqual({ type: 'full' });
  else expect(plan.because).toContain(expected);
});

const locked = { ...f, encrypted: true };
const withIds = { ...locked, ids: true };
test.each([
  ['ids and the key for them', manifests(withIds), { hasIndexKey: true }, 'f by ids'],
  [
    'ids, and a key that reads the backup itself',
    manifests(withIds),
    { hasIndexKey: true, canDecrypt: true },
    'f by reading',
  ],
  ['ids, but no key for them', manifests(withIds), {}, 'no key to read them'],
  ['a key, but no ids', manifests(locked), { hasIndexKey: true }, 'nor have they chunk ids'],
  [
    'ids of the one before only',
    manifests(withIds, { ...i, on: ['f'], encrypted: true }),
    { hasIndexKey: true },
    'f by ids',
  ],
  ['nothing encrypted', manifests(f), { hasIndexKey: true }, 'f by reading'],
  [
    'a hole below',
    manifests({ ...i, encrypted: true, ids: true }),
    { hasIndexKey: true },
    'lack backups of their own',
  ],
] as const)('to a process with %s', (_name, present, change, expected) => {
  const plan = planParent('incremental', present, { ...options, ...change });
  expect(plan.type === 'full' ? plan.because : `${plan.parent.backup.run} by ${plan.by}`).toContain(expected);
});
