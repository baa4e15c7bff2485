import type { Manifest } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { planPartial } from './plan-partial.ts';

const tables = { tables: ['a.b'] };
const manifest = (selection?: object): Pick<Manifest, 'backup'> =>
  ({ backup: { filename: 'f', selection } }) as unknown as Pick<Manifest, 'backup'>; // what the plan looks at

test.each([
  ['everything', undefined, undefined, 'swap', undefined],
  ['a part of a whole', undefined, tables, 'new', tables],
  ['a part of a whole, in place', undefined, tables, 'in-place', tables],
  ['all of a part', tables, undefined, 'new', tables],
  ['a part of a part', { schemas: ['a'] }, tables, 'in-place', tables],
] as const)('%s', (_name, held, wanted, mode, expected) => {
  expect(planPartial(manifest(held), { mode, selection: wanted && { tables: [...wanted.tables] } })).toEqual(
    expected,
  );
});

test.each([
  ['a part that is selected', undefined, tables],
  ['a backup of a part', tables, undefined],
])('%s never takes the place of a whole database', (_name, held, wanted) => {
  expect(() => planPartial(manifest(held), { mode: 'swap', selection: wanted })).toThrow(
    expect.objectContaining({ code: 'preflight_failed' }),
  );
});
