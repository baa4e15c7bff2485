import type { AuditRecord } from '@holdfast/contracts';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { at, within } from '../../test/builders.ts';
import { useReadModel } from '../../test/use-read-model.ts';
import {
  appendAudit,
  checkLink,
  forgetFrom,
  GENESIS,
  insertHappenings,
  listAudit,
  listHappenings,
  lockPosition,
  readChain,
  type ChainPoint,
} from '../index.ts';

const model = useReadModel();

const change = (number: number, fields: Partial<AuditRecord> = {}) => ({
  eventId: `event-${number}`,
  at: at(number),
  record: {
    action: 'createBackup',
    who: 'ann',
    credential: 'token:1',
    address: '10.0.0.1',
    outcome: 'asked' as const,
    requestId: `r-${number}`,
    ...fields,
  },
});
const append = (...changes: readonly ReturnType<typeof change>[]) =>
  within(model.db, (tx) => appendAudit(tx, changes));

/** The first thing that is wrong. */
async function verify(): Promise<string | undefined> {
  let end: ChainPoint = { number: 0, hash: GENESIS };
  for (const link of await readChain(model.db, 0, 100)) {
    const problem = checkLink(end, link);
    if (problem !== undefined) return problem;
    end = link;
  }
  return undefined;
}

test('records go on where the chain ends; one that comes again is there already', async () => {
  await append(change(1), change(2), change(1));
  await append(change(2), change(3));
  const links = await readChain(model.db, 0, 100);
  expect(links.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(await verify()).toBeUndefined();
  expect((await readChain(model.db, 1, 1)).map(({ number }) => number)).toEqual([2]);
});

test('a rebuild leaves the chain as it is', async () => {
  await append(change(1), change(2));
  const before = await readChain(model.db, 0, 100);
  await within(model.db, async (tx) => {
    await lockPosition(tx, 'S');
    await forgetFrom(tx, 'S', 1);
  });
  await append(change(1), change(2));
  expect(await readChain(model.db, 0, 100)).toEqual(before);
});

test.each([
  'update holdfast.audit set who = $$bob$$',
  'delete from holdfast.audit',
  'truncate holdfast.audit',
])('%s is refused', async (statement) => {
  await append(change(1));
  await expect(sql.raw(statement).execute(model.db)).rejects.toMatchObject({ code: '42501' });
  expect(await verify()).toBeUndefined();
});

test.each([
  ['a changed column', `update holdfast.audit set who = 'bob' where number = 2`, /2 says something else/],
  ['a changed record', `update holdfast.audit set record = replace(record, 'ann', 'bob')`, /1 was changed/],
  ['a record taken out', 'delete from holdfast.audit where number = 2', /2 is gone/],
  ['a first record taken out', 'delete from holdfast.audit where number = 1', /1 is gone/],
])('who may change the table itself is found out: %s', async (_name, statement, problem) => {
  await append(change(1), change(2), change(3));
  await model.psql(
    `alter table holdfast.audit disable trigger user; ${statement}; alter table holdfast.audit enable trigger user`,
  );
  expect(await verify()).toMatch(problem);
});

test('half a character is no tampering', async () => {
  await append(change(1, { who: 'a\uD800', target: '\uDFFF' }));
  expect(await verify()).toBeUndefined();
});

test('pages, newest first, and filters', async () => {
  await append(
    change(1),
    change(2, { who: 'bob', outcome: 'refused', target: 'app' }),
    change(3, { action: 'deleteBackup' }),
  );
  const numbers = async (filter: object) =>
    (await listAudit(model.db, { limit: 10, ...filter })).entries.map(({ number }) => number);
  expect(await numbers({})).toEqual([3, 2, 1]);
  expect(await numbers({ who: 'bob' })).toEqual([2]);
  expect(await numbers({ action: 'deleteBackup' })).toEqual([3]);
  expect(await numbers({ outcome: 'refused', target: 'app' })).toEqual([2]);
  expect(await numbers({ since: at(2) })).toEqual([3, 2]);
  expect(await numbers({ until: at(2) })).toEqual([1]);
  const page = await listAudit(model.db, { limit: 2 });
  expect(page.nextCursor).toBe('2');
  expect(await numbers({ cursor: page.nextCursor })).toEqual([1]);
  expect(page.entries[1]?.record).toMatchObject({ who: 'bob' });
});

test('what happened beside the runs: once each, newest first, by database, type and severity', async () => {
  const happening = (number: number, fields: object) => ({
    eventId: `e${number}`,
    type: 'schedule.fired' as const,
    subject: 'nightly',
    database: 'app',
    at: at(number),
    severity: 'info' as const,
    summary: `number ${number}`,
    data: { number },
    sequence: number,
    ...fields,
  });
  const all = [
    happening(1, {}),
    happening(2, { type: 'health.changed', database: undefined, severity: 'critical' }),
    happening(3, { type: 'health.service.lost', database: 'shop', severity: 'warning' }),
  ];
  await within(model.db, (tx) => insertHappenings(tx, all));
  await within(model.db, (tx) => insertHappenings(tx, all));
  const ids = async (filter: object) =>
    (await listHappenings(model.db, { limit: 10, ...filter })).map(({ id }) => id);
  expect(await ids({})).toEqual(['e3', 'e2', 'e1']);
  expect(await ids({ database: 'app' })).toEqual(['e1']);
  expect(await ids({ type: 'health.*' })).toEqual(['e3', 'e2']);
  expect(await ids({ type: 'health.changed' })).toEqual(['e2']);
  expect(await ids({ severities: ['warning', 'critical'], before: at(3) })).toEqual(['e2']);
  expect((await listHappenings(model.db, { limit: 1 }))[0]?.data).toEqual({ number: 3 });
});
