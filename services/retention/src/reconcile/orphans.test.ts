import type { Orphan } from '@holdfast/engine';
import { expect, test } from 'vitest';
import { judgeOrphan, type OrphanFacts } from './judge-orphan.ts';

const NAME = 'app_20260101T000000Z_full_1a2b3c4d';
const RUN = '0198c0de-f00d-7000-8000-00001a2b3c4d';
const orphan = (more: Partial<Orphan> = {}): Orphan => ({
  key: `app/${NAME}.dump.zst`,
  sizeBytes: 1,
  modifiedAt: new Date(0),
  kind: 'data',
  backup: { name: NAME, database: 'app', type: 'full' },
  ...more,
});
const facts = (more: Partial<OrphanFacts> = {}): OrphanFacts => ({
  nowMs: 10_000,
  graceMs: 5_000,
  active: [],
  known: new Set(),
  ...more,
});

test.each<[string, Orphan, OrphanFacts, string]>([
  ['old, and nobody knows it', orphan(), facts(), 'remove'],
  ['within its grace', orphan({ modifiedAt: new Date(6_000) }), facts(), 'young'],
  [
    'a run writes it',
    orphan(),
    facts({ active: [{ id: RUN, kind: 'backup', database: 'app' }] }),
    'being-written',
  ],
  [
    'a copy may write it',
    orphan(),
    facts({ active: [{ id: 'x', kind: 'copy', database: 'app' }] }),
    'being-written',
  ],
  [
    'a copy of another database does not',
    orphan(),
    facts({ active: [{ id: 'x', kind: 'copy', database: 'b' }] }),
    'remove',
  ],
  ['the backup was made: its manifest is lost', orphan(), facts({ known: new Set([NAME]) }), 'lost-manifest'],
  [
    'an unfinished write is nothing that is lost',
    orphan({ kind: 'unfinished' }),
    facts({ known: new Set([NAME]) }),
    'remove',
  ],
])('%s', (_name, given, known, expected) => {
  expect(judgeOrphan(given, known)).toBe(expected);
});

test('what says of no backup goes by its age alone', () => {
  const { backup: _, ...note } = orphan({ kind: 'note' });
  expect(judgeOrphan(note, facts())).toBe('remove');
});
