import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { PLAIN, putForeign } from '../../test/foreign.ts';

const AT = '/api/v1/admin/backups';
const NAME = 'auto_backup_20231215_143022.sql';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway();
  await putForeign(gateway.repository, NAME);
});
afterEach(() => gateway.app.close());

const legacy = {
  filename: NAME,
  description: '',
  size: PLAIN.length,
  created_at: '2023-12-15T14:30:22.000Z',
  download_url: `${AT}/download/${NAME}`,
  stored_as: NAME,
};

test('existing clients see it among the backups, by its time', async () => {
  await putForeign(gateway.repository, 'app/backup_20200101.sql.gz');
  await gateway.call('POST', AT, {});
  const { data } = (await gateway.call('GET', AT)).json<{ data: object[] }>();
  expect(data).toEqual([
    expect.objectContaining({ database: 'app', stored_as: expect.stringMatching(/^app_.*_full_/) }),
    legacy,
    expect.objectContaining({ filename: 'backup_20200101.sql.gz', database: 'app' }),
  ]);
  const status = (await gateway.call('GET', `${AT}/status`)).json<{ data: object }>();
  expect(status.data).toMatchObject({ total_backups: 3 });
});

test('our own routes tell it apart', async () => {
  const list = (await gateway.call('GET', '/api/v1/backups')).json<object>();
  const file = {
    origin: 'foreign',
    key: NAME,
    filename: NAME,
    kind: 'plain',
    compression: 'none',
    description: '',
    createdAt: '2023-12-15T14:30:22.000Z',
    sizeBytes: PLAIN.length,
  };
  expect(list).toEqual({ backups: [], foreign: [file], problems: [], total: 0, historyAvailable: false });
  expect((await gateway.call('GET', `/api/v1/backups/${NAME}`)).json()).toEqual(file);
  expect((await gateway.call('GET', '/api/v1/backups?database=app')).json()).not.toHaveProperty('foreign');
});

test.each([`${AT}/download/${NAME}`, `/api/v1/backups/${NAME}/data`])('%s gives its bytes', async (url) => {
  const whole = await gateway.call('GET', url);
  expect(whole.statusCode).toBe(200);
  expect(whole.rawPayload.equals(PLAIN)).toBe(true);
  const part = await gateway.call('GET', url, undefined, { range: 'bytes=3-5' });
  expect([part.statusCode, part.body]).toEqual([206, PLAIN.toString().slice(3, 6)]);
  const again = await gateway.call('GET', url, undefined, { 'if-none-match': String(whole.headers['etag']) });
  expect(again.statusCode).toBe(304);
});

test('a restore goes to the only database there is', async () => {
  const response = await gateway.call('POST', `${AT}/restore`, { filename: NAME, trust_file: true });
  expect(response.statusCode).toBe(200);
  expect(gateway.memory.published).toMatchObject([
    { type: 'restore.requested', database: 'app', data: { filename: NAME, mode: 'swap', trustFile: true } },
    { type: 'restore.completed' },
  ]);
});

test('of several it must be said which', async () => {
  const several = await driveGateway({ databases: ['app', 'shop'] });
  await putForeign(several.repository, NAME);
  await putForeign(several.repository, 'shop/x.sql');
  expect((await several.call('POST', `${AT}/restore`, { filename: NAME })).json()).toMatchObject({
    code: 'database_ambiguous',
  });
  const named = { filename: NAME, database: 'shop' };
  expect((await several.call('POST', `${AT}/enhanced/restore`, named)).statusCode).toBe(200);
  expect((await several.call('POST', `${AT}/restore`, { filename: 'x.sql' })).statusCode).toBe(200);
  const asked = several.memory.published.filter(({ type }) => type === 'restore.requested');
  expect(asked.map(({ database, data }) => [database, data])).toMatchObject([
    ['shop', { trustFile: false }],
    ['shop', { trustFile: false }],
  ]);
  await several.app.close();
});

test('what a validation says of it stands beside it', async () => {
  const response = await gateway.call('POST', `${AT}/validate/${NAME}`);
  expect(response.json()).toMatchObject({
    status: 'success',
    data: { filename: NAME, valid: true, size: PLAIN.length },
  });
  expect((await gateway.call('GET', '/api/v1/backups')).json()).toMatchObject({
    foreign: [{ filename: NAME, lastValidation: { level: 'structure', verdict: 'valid' } }],
  });
});

test('delete removes it', async () => {
  expect((await gateway.call('DELETE', `${AT}/${NAME}`)).statusCode).toBe(200);
  expect((await gateway.call('GET', AT)).json()).toMatchObject({ data: [] });
  expect((await gateway.call('DELETE', `${AT}/${NAME}`)).statusCode).toBe(404);
});

test('its name is taken', async () => {
  const response = await gateway.call('POST', AT, { filename: NAME });
  expect([response.statusCode, response.json()]).toMatchObject([409, { code: 'name_taken' }]);
});

test.each(['../secret.sql', 'app/x.sql', '.hidden.sql', 'a\\b.sql'])('%s is no name', async (name) => {
  for (const [method, url, body] of [
    ['GET', `${AT}/download/${encodeURIComponent(name)}`, undefined],
    ['DELETE', `${AT}/${encodeURIComponent(name)}`, undefined],
    ['POST', `${AT}/restore`, { filename: name }],
  ] as const) {
    const response = await gateway.call(method, url, body);
    expect([response.statusCode, response.json()]).toMatchObject([400, { code: 'path_refused' }]);
  }
});
