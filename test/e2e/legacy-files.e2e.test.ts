import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFleet, type Fleet } from '../fleet/fleet.ts';

// What existing clients have on their disks, through every service: listed, looked at, restored, sent, deleted.

const AT = '/api/v1/admin/backups';
const NAME = 'auto_backup_20231215_143022.sql';

let fleet: Fleet;
let legacy: Buffer;
beforeAll(async () => {
  fleet = await startFleet({ all: true, validators: 1 });
  await fleet.postgres.psql('create role app_owner; alter database app owner to app_owner');
  await fleet.postgres.psql(
    'create table words (id int primary key, word text not null); insert into words select n, md5(n::text) from generate_series(1, 3000) n; alter table words owner to app_owner',
    'app',
  );
  const { password = '', host, port, user } = fleet.postgres.target('app');
  legacy = execFileSync(
    join(fleet.postgres.tools.dir, 'pg_dump'),
    ['--format=plain', '--encoding=UTF8', '--clean', '--if-exists', '--no-owner', '--no-privileges', 'app'],
    { env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password } },
  );
  await writeFile(join(fleet.backupsDir, NAME), legacy);
}, 120_000);
afterAll(() => fleet.stop());

type Answer = { readonly status: number; readonly body: { readonly data?: unknown; readonly code?: string } };
async function call(method: string, path: string, body?: object | FormData): Promise<Answer> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${fleet.url}${AT}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${fleet.token}`,
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] }; // the envelope
}
const words = (): Promise<string | null> => fleet.postgres.value('select count(*) from words', 'app');

test('a file that was there before us is among the backups', async () => {
  expect((await call('GET', '')).body).toMatchObject({
    status: 'success',
    data: [{ filename: NAME, size: legacy.length, created_at: '2023-12-15T14:30:22.000Z' }],
  });
});

test('the validator looks at it, also in a scratch server', async () => {
  for (const level of ['checksum', 'structure', 'restore']) {
    const { body } = await call('POST', `/validate/${NAME}?level=${level}`);
    expect(body).toMatchObject({ data: { filename: NAME, valid: true, proven: false, level } });
  }
  expect((await fleet.client.listBackups()).foreign).toMatchObject([
    { filename: NAME, lastValidation: { level: 'restore', verdict: 'valid' } },
  ]);
});

test('the worker restores it, with a safety backup, as the owner of the database', async () => {
  await fleet.postgres.psql('delete from words', 'app');
  const { status, body } = await call('POST', '/enhanced/restore', { filename: NAME });
  expect([status, body]).toMatchObject([
    200,
    {
      data: {
        success: true,
        tables_count: 1,
        records_count: 3_000,
        safety_backup: expect.stringMatching(/^app_.*_full_/),
        warnings: [expect.stringMatching(/was not compared/)],
      },
    },
  ]);
  expect(await words()).toBe('3000');
  expect(
    await fleet.postgres.value(
      "select pg_get_userbyid(relowner) from pg_class where relname = 'words'",
      'app',
    ),
  ).toBe('app_owner');
  expect(
    await fleet.postgres.value("select count(*) from pg_roles where rolname like 'holdfast\\_restore\\_%'"),
  ).toBe('0');
});

describe('an upload', () => {
  test('is stored, restored by the route that existing clients know, and deleted', async () => {
    const form = new FormData();
    form.append('file', new Blob([gzipSync(legacy)]), 'from-the-old-server.sql.gz');
    form.append('description', 'the last one');
    const sent = await call('POST', '/upload', form);
    expect([sent.status, sent.body]).toMatchObject([
      200,
      { data: { filename: 'from-the-old-server.sql.gz', description: 'the last one' } },
    ]);
    expect((await call('POST', '/upload', form)).status).toBe(409);

    await fleet.postgres.psql('delete from words', 'app');
    expect((await call('POST', '/restore', { filename: 'from-the-old-server.sql.gz' })).status).toBe(200);
    expect(await words()).toBe('3000');

    expect((await call('DELETE', '/from-the-old-server.sql.gz')).status).toBe(200);
    expect((await fleet.files()).filter((name) => name.startsWith('from-the-old-server'))).toEqual([]);
  });

  test('that is a hostile file is stored and never run', async () => {
    const marker = join(fleet.dir, 'run');
    const hostile = `${legacy.toString()}\\! touch ${marker}\n`;
    await fleet.client.legacyUploadBackup({ file: new File([hostile], 'hostile.sql') });
    const refused = await call('POST', '/restore', { filename: 'hostile.sql', trust_file: true });
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'invalid_backup' }]);
    await expect(readFile(marker)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await words()).toBe('3000');
  });
});

test('where the owner may do everything, it is restored only when it is trusted', async () => {
  await fleet.postgres.psql('alter database app owner to postgres');
  const refused = await call('POST', '/restore', { filename: NAME });
  expect([refused.status, refused.body]).toMatchObject([
    409,
    { code: 'preflight_failed', error: expect.stringMatching(/--trust-file/) },
  ]);
  expect((await call('POST', '/restore', { filename: NAME, trust_file: true })).status).toBe(200);
});
