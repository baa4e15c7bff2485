import { scheduleFieldsSchema, type Schedule } from '@holdfast/contracts';
import type { NamedFields } from '@holdfast/schedule-rules';
import { expect, test } from 'vitest';
import { decideChanges, mergeDeclared } from './decide.ts';

type Stored = Parameters<typeof decideChanges>[1][number];
const named = (id: string, rule = '@daily'): NamedFields => ({ id, ...scheduleFieldsSchema.parse({ rule }) });
const stored = (id: string, managedBy: Schedule['managedBy'], rule = '@daily'): Stored => {
  const at = '2026-01-01T00:00:00.000Z';
  const value = { ...named(id, rule), managedBy, createdAt: at, updatedAt: at, updatedBy: 'me' };
  return { key: id, revision: 7, value };
};
const summary = (changes: ReturnType<typeof decideChanges>): readonly string[] =>
  changes.map((each) => {
    const id = each.change === 'create' ? each.declared.fields.id : each.present.key;
    return [each.change, id, ...(each.change === 'update' ? each.fields : [])].join(' ');
  });

test('what is declared is made, changed and removed; what people made stays', () => {
  const declared = mergeDeclared([], [named('new'), named('same'), named('other', '@weekly')]);
  const present = [
    stored('same', 'file'),
    stored('other', 'file'),
    stored('gone', 'file'),
    stored('theirs', 'api'),
  ];
  expect(summary(decideChanges(declared, present))).toEqual([
    'create new',
    'update other rule',
    'remove gone',
  ]);
});

test('an id that people took is refused, with its name', () => {
  expect(() =>
    decideChanges(mergeDeclared([], [named('theirs'), named('new')]), [stored('theirs', 'api')]),
  ).toThrow(/people made theirs themselves/);
});

test('the file wins over the environment', () => {
  const declared = mergeDeclared([named('default')], [named('default', '@weekly')]);
  expect(declared).toMatchObject([{ managedBy: 'file', fields: { rule: '@weekly' } }]);
  expect(summary(decideChanges(declared, [stored('default', 'environment', '@weekly')]))).toEqual([
    'update default',
  ]);
});

test('what no environment declares any more is removed', () => {
  expect(summary(decideChanges([], [stored('default', 'environment')]))).toEqual(['remove default']);
});
