import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customDump, parallelDump, pieces } from '../../test/dumps.ts';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import { ask, never, run, startServer, type Server } from '../../test/server.ts';
import { readContentsOf, restoreDump, restoreParallel, type Selection, type Target } from '../index.ts';

/** Beside the hard schema: two schemas with tables of the same names. */
const TWINS = `
  create schema one authorization "Author X"; create schema two;
  grant usage on schema one to reader; comment on schema one is 'the first';
  create table one.x as select 1 as i; create table one.y as select 1 as i;
  create table two.x as select 2 as i; create table two.y as select 2 as i;
  create table two."a.b" as select 3 as i; alter table one.x add primary key (i);`;

let server: Server;
let source: Target;
let scratchDir: string;
let custom: Buffer;
let tar: Buffer;
beforeAll(async () => {
  server = await startServer();
  await run(server.admin, HARD_ROLES);
  source = await server.make('source', HARD_SCHEMA + TWINS);
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
  custom = await customDump(server, source);
  tar = await parallelDump(server, source, { scratchDir });
});
afterAll(async () => {
  await server.stop();
  await rm(scratchDir, { recursive: true });
});

const invalid = (named: string) => ({
  code: 'invalid_request',
  message: expect.stringContaining(named),
});

/** The tables of a dump, those with data marked. */
async function tablesIn(dump: Buffer): Promise<readonly string[]> {
  const { entries } = await readContentsOf({ tools: server.tools, source: pieces(dump), signal: never });
  const named = (kind: string): readonly string[] =>
    entries.filter((entry) => entry.kind === kind).map(({ schema, name }) => `${schema}.${name}`);
  const withData = new Set(named('TABLE DATA'));
  return named('TABLE').map((name) => (withData.has(name) ? `${name} +` : name));
}

describe.each([
  ['custom', (selection: Selection) => customDump(server, source, selection)],
  ['parallel', (selection: Selection) => parallelDump(server, source, { scratchDir, selection })],
])('a %s dump', (_kind, dump) => {
  test.each<[Selection, readonly string[]]>([
    [{ schemas: ['one'] }, ['one.x +', 'one.y +']],
    [{ tables: ['*.x'] }, ['one.x +', 'two.x +']],
    [{ tables: ['two."a.b"', '"Weird Schema".*'] }, ['Weird Schema.Täble "x".y +', 'two.a.b +']],
    [
      { schemas: ['one', 'two'], excludeTableData: ['*.y', 'nix.*'] },
      ['one.x +', 'one.y', 'two.a.b +', 'two.x +', 'two.y'],
    ],
  ])('of %o', async (selection, expected) => {
    expect((await tablesIn(await dump(selection))).toSorted()).toEqual(expected.toSorted());
  });

  test.each<[Selection, string]>([
    [{ tables: ['nix', 'one.x'] }, 'nix'],
    [{ schemas: ['nothing*'] }, 'nothing*'],
    [{ tables: ['a.b.c.d'] }, 'a.b.c.d'],
    [{ tables: ['one.('] }, 'regular expression'],
    [{ schemas: ['one'], tables: ['two.x'] }, 'schemas and tables'],
    [{ tables: ['--help'] }, '--help'],
  ])('of %o is refused', async (selection, named) => {
    await expect(dump(selection)).rejects.toMatchObject(invalid(named));
  });
});

/** Rows of the tables there are, outside of public. */
const tablesOf = async (target: Target): Promise<readonly unknown[]> =>
  ask(
    target,
    `select schemaname || '.' || tablename || ' ' || (xpath('/row/n/text()', query_to_xml(
              format('select count(*) as n from %I.%I', schemaname, tablename), false, true, '')))[1]
       from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );

describe.each([
  [
    'streamed',
    (target: Target, selection: Selection) =>
      restoreDump({ target, tools: server.tools, source: pieces(custom), signal: never, selection }),
  ],
  [
    'by several jobs',
    (target: Target, selection: Selection) =>
      restoreParallel({
        target,
        tools: server.tools,
        source: pieces(tar),
        kind: 'tar',
        sizeBytes: tar.length,
        scratchDir,
        jobs: 2,
        signal: never,
        selection,
      }),
  ],
])('a restore, %s,', (kind, restore) => {
  let count = 0;
  const fresh = (): Promise<Target> => server.make(`${kind[0]}_${(count += 1)}`);

  test.each<[Selection, readonly string[]]>([
    [{ schemas: ['one'] }, ['one.x 1', 'one.y 1']],
    [{ tables: ['one.x', 'two.y'] }, ['one.x 1', 'two.y 1']],
    [{ tables: ['two."a.b"'] }, ['two.a.b 1']],
    [{ tables: ['parent'], excludeTableData: ['parent'] }, ['public.parent 0']],
    [{ schemas: ['two'], excludeTableData: ['two.x'] }, ['two.a.b 1', 'two.x 0', 'two.y 1']],
  ])('of %o, its schemas made', async (selection, expected) => {
    const target = await fresh();
    await restore(target, selection);
    expect(await tablesOf(target)).toEqual(expected);
  });

  test('a schema that is made is the same; one that is there stays as it is', async () => {
    const target = await fresh();
    await run(target, 'create schema two');
    await restore(target, { tables: ['one.x', 'two.x'] });
    expect(await tablesOf(target)).toEqual(['one.x 1', 'two.x 1']);
    const [made] = await ask(
      target,
      `select array[nspowner::regrole::text, has_schema_privilege('reader', oid, 'usage')::text,
                    obj_description(oid)] from pg_namespace where nspname = 'one'`,
    );
    expect(made).toEqual(['"Author X"', 'true', 'the first']);
  });

  test('everything but some rows', async () => {
    const target = await fresh();
    await restore(target, { excludeTableData: ['events_2025', 'one.y'] });
    const tables = await tablesOf(target);
    expect(tables).toEqual(
      expect.arrayContaining(['public.events_2025 0', 'public.events_rest 187', 'one.y 0']),
    );
    expect(tables).toHaveLength((await tablesOf(source)).length);
  });

  test.each<[Selection, string]>([
    [{ tables: ['one.nix'] }, 'table "nix"'],
    [{ tables: ['nix.x'] }, 'schema "nix"'],
    [{ tables: ['one.*'] }, 'table "*"'],
    [{ schemas: ['on'] }, 'schema "on"'],
    [{ excludeTableData: ['events_2026'] }, 'table "events_2026"'],
    [{ tables: ['a.b.c'] }, 'a.b.c'],
    [{ schemas: ['one'], tables: ['x'] }, 'schemas and tables'],
  ])('of %o is refused before anything', async (selection, named) => {
    const target = await fresh();
    await expect(restore(target, selection)).rejects.toMatchObject(invalid(named));
    expect(await tablesOf(target)).toEqual([]);
  });
});
