import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call } from '../../test/fake-client.ts';

// Real files: a configuration is written whole, for its owner alone, and never over another one.

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-cli-init-'));
});
afterEach(() => rm(folder, { recursive: true }));

const URL_WITH_SECRET = 'postgres://holdfast:s%27ecret&x@db.example:5432/app?sslmode=require';
const line = (more = ''): string =>
  `init --yes --output ${folder}/holdfast.env --repository ${folder}/backups --timezone Europe/Berlin ${more}`.trim();

test('with flags alone: settings that the services read, 0600, and a key pair beside them', async () => {
  const { code, out, err } = await call(
    line('--time 04:30 --email ops@example.com'),
    {},
    {
      env: { DATABASE_URL: URL_WITH_SECRET },
    },
  );
  expect([code, err]).toEqual([0, '']);
  const text = await readFile(join(folder, 'holdfast.env'), 'utf8');
  const settings = parseEnv(text);
  expect(settings).toMatchObject({
    DATABASE_URL: URL_WITH_SECRET,
    BACKUP_DIR: `${folder}/backups`,
    AUTO_BACKUP_ENABLED: 'true',
    BACKUP_TIME: '04:30',
    BACKUP_TIMEZONE: 'Europe/Berlin',
    BACKUP_NOTIFICATION_EMAIL: 'ops@example.com',
    BACKUP_AGE_IDENTITY_FILE: join(folder, 'backup.key'),
  });
  const key = await readFile(join(folder, 'backup.key'), 'utf8');
  expect(key).toContain(settings['BACKUP_AGE_RECIPIENTS']);
  for (const name of ['holdfast.env', 'backup.key'])
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(out).not.toContain('s%27ecret');
  expect(out).not.toContain('AGE-SECRET-KEY');
  expect(out).toContain('doctor --env-file');
});

test('asked on a terminal: an empty answer takes what stands in brackets', async () => {
  const answers = ['postgres://me@localhost/app', '', 'no', 'never', '', ''];
  const { code, terminal } = await call(`init --output ${folder}/holdfast.env`, {}, { columns: 80, answers });
  expect(code).toBe(0);
  expect(terminal.questions).toHaveLength(6);
  const settings = parseEnv(await readFile(join(folder, 'holdfast.env'), 'utf8'));
  expect(settings).toEqual({
    DATABASE_URL: 'postgres://me@localhost/app',
    BACKUP_DIR: '/var/lib/holdfast/backups',
  });
});

test('a password from the environment is not shown in a question', async () => {
  const { terminal } = await call(
    `init --output ${folder}/x.env --no-encrypt --time never`,
    {},
    {
      columns: 80,
      answers: ['', '', '', '', ''],
      env: { DATABASE_URL: 'postgres://me:geheim@db/app', NO_COLOR: '1' },
    },
  );
  expect(terminal.questions.join()).toContain('postgres://me:…@db/app');
  expect(terminal.questions.join()).not.toContain('geheim');
});

test('a file that is there stays as it is', async () => {
  const env = { DATABASE_URL: 'postgres://me@db/app' };
  await call(line('--no-encrypt'), {}, { env });
  const before = await readFile(join(folder, 'holdfast.env'), 'utf8');
  const { code, err } = await call(line('--no-encrypt --time never'), {}, { env });
  expect(code).toBe(1);
  expect(err).toContain('[name_taken]');
  expect(await readFile(join(folder, 'holdfast.env'), 'utf8')).toBe(before);
});

test.each([
  ['no database at all', '', /No database was named/],
  ['a database that is none', '--database mysql://x', /BACKUP_DATABASES|cannot be used/],
  ['a time that is none', '--database postgres://x@y/z --time noon', /no time of day/],
  ['a zone that is none', '--database postgres://x@y/z --timezone Nowhere', /no time zone/],
  [
    'a destination with credentials',
    '--database postgres://x@y/z --repository s3://key:secret@b/p',
    /redential/,
  ],
])('%s: nothing is written', async (_name, flags, message) => {
  const { code, err } = await call(line(flags), {}, { env: {} });
  expect(code).toBe(2);
  expect(err).toMatch(message);
  await expect(stat(join(folder, 'holdfast.env'))).rejects.toMatchObject({ code: 'ENOENT' });
});
