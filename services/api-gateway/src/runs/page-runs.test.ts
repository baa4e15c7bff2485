import { expect, test } from 'vitest';
import { aRecord } from '../../test/builders.ts';
import { pageRuns } from './page-runs.ts';

const id = (number: number): string => `0190b0a0-0000-7000-8000-00000000000${number}`;
const records = [5, 4, 3, 2, 1].map((number) =>
  aRecord({ id: id(number), database: number % 2 === 0 ? 'even' : 'odd' }),
);

test('pages follow one another without gap or repetition, and the last has no cursor', () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = pageRuns(records, { limit: 2, cursor });
    seen.push(...page.runs.map((run) => run.id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual([5, 4, 3, 2, 1].map(id));
});

test('filters apply before the page is cut', () => {
  expect(pageRuns(records, { limit: 2, database: 'even' })).toEqual({ runs: [records[1], records[3]] });
  expect(pageRuns(records, { limit: 2, kind: 'restore' })).toEqual({ runs: [] });
  expect(pageRuns(records, { limit: 9, state: 'requested' }).runs).toHaveLength(5);
});

test('a run that is new since the page before does not shift the next one', () => {
  const first = pageRuns(records, { limit: 2 });
  const next = pageRuns([aRecord({ id: id(6) }), ...records], { limit: 2, cursor: first.nextCursor });
  expect(next.runs.map((run) => run.id)).toEqual([id(3), id(2)]);
});
