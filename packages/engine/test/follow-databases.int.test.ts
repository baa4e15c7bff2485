import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followDatabases, type DatabaseTarget } from '../src/index.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

const settings = (): { BACKUP_DATABASES: string; BACKUP_DATABASES_EXCLUDE: string } => ({
  BACKUP_DATABASES: server.url('*').replace(encodeURIComponent('*'), '*'),
  BACKUP_DATABASES_EXCLUDE: '*_test',
});

test('a new database is found, a dropped one goes, a server that is away changes nothing', async () => {
  await server.createDatabase('first');
  await server.createDatabase('unwanted_test');
  const changes: string[][] = [];
  const problems: unknown[] = [];
  const told = (() => {
    let wake = (): void => undefined;
    return {
      next: () => new Promise<void>((resolve) => (wake = resolve)),
      give: () => wake(),
    };
  })();
  const followed = await followDatabases(settings(), {
    everyMs: 50,
    onChange: (databases: readonly DatabaseTarget[]) => {
      changes.push(databases.map(({ id }) => id));
      told.give();
    },
    onProblem: (error) => {
      problems.push(error);
      told.give();
    },
  });
  expect(followed.current().map(({ id }) => id)).toEqual(['first']);

  const appeared = told.next();
  await server.createDatabase('second');
  await appeared;
  expect(changes).toEqual([['first', 'second']]);

  const failed = told.next();
  await server.pause();
  await failed;
  expect(problems[0]).toMatchObject({ code: 'server_unreachable' });
  expect(followed.current().map(({ id }) => id)).toEqual(['first', 'second']);

  await server.resume();
  await server.psql('drop database first');
  await expect.poll(() => followed.current().map(({ id }) => id), { timeout: 20_000 }).toEqual(['second']);
  followed.stop();
});

test('without a * nothing is asked again', async () => {
  const followed = await followDatabases(
    { DATABASE_URL: server.url('first') },
    { everyMs: 1, onProblem: (error) => expect(error).toBeUndefined() },
  );
  expect(followed.current()).toHaveLength(1);
});
