import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { PLAIN } from '../../test/foreign.ts';

const AT = '/api/v1/admin/backups/upload';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway();
});
afterEach(() => gateway.app.close());

type Field = readonly [name: string, value: string | Blob, filename?: string];
const aFile = (bytes: Uint8Array = PLAIN, filename = 'old.sql'): Field => [
  'file',
  new Blob([new Uint8Array(bytes)]),
  filename,
];

async function upload(...fields: readonly Field[]) {
  const form = new FormData();
  for (const [name, value, filename] of fields) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, filename);
  }
  const sent = new Response(form);
  const type = sent.headers.get('content-type') ?? '';
  return gateway.call('POST', AT, Buffer.from(await sent.arrayBuffer()), { 'content-type': type });
}

const stored = async (): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const { key } of gateway.repository.storage.list('')) keys.push(key);
  return keys;
};

test.each([
  ['behind the file', [aFile(), ['description', 'from the old server']]],
  ['before the file', [['description', 'from the old server'], aFile()]],
  ['among fields of another time', [['x', 'y'], ['description', 'from the old server'], aFile()]],
] as const)('the description may stand %s', async (_name, fields) => {
  const response = await upload(...fields);
  expect(response.statusCode).toBe(200);
  const data = {
    filename: 'old.sql',
    description: 'from the old server',
    size: PLAIN.length,
    created_at: expect.any(String),
    download_url: '/api/v1/admin/backups/download/old.sql',
    stored_as: 'old.sql',
  };
  expect(response.json()).toEqual({ status: 'success', message: 'Backup uploaded.', data });
  expect((await gateway.call('GET', '/api/v1/admin/backups')).json()).toMatchObject({ data: [data] });
  expect(gateway.memory.published).toMatchObject([
    {
      type: 'backup.upload_received',
      data: { filename: 'old.sql', sizeBytes: PLAIN.length, description: 'from the old server', by: 'anna' },
    },
  ]);
});

test('an existing name is taken, be it a file or an alias', async () => {
  await upload(aFile());
  await gateway.call('POST', '/api/v1/admin/backups', { filename: 'chosen.sql' });
  for (const name of ['old.sql', 'chosen.sql']) {
    const response = await upload(aFile(PLAIN, name));
    expect([response.statusCode, response.json()]).toMatchObject([
      409,
      { status: 'error', code: 'name_taken' },
    ]);
  }
});

test.each([
  ['no file', [['description', 'x']], 400, 'invalid_request', /no file/],
  ['a text instead of a file', [['file', 'x']], 400, 'invalid_request', /no file/],
  ['a part of another name', [['backup', new Blob(['x']), 'a.sql']], 400, 'invalid_request', /part "file"/],
  ['two files', [aFile(), aFile(PLAIN, 'second.sql')], 400, 'invalid_request', /One file at a time/],
  [
    'a long description',
    [aFile(), ['description', 'x'.repeat(1_001)]],
    400,
    'invalid_request',
    /1000 characters/,
  ],
  ['a picture', [aFile(Buffer.from('\x89PNG\0', 'latin1'))], 422, 'archive_foreign', /neither plain SQL/],
  ['a hidden name', [aFile(PLAIN, '.old.sql')], 400, 'path_refused', /file name alone/],
] as const)('%s is refused, and nothing stays', async (_name, fields, status, code, message) => {
  const response = await upload(...fields);
  expect([response.statusCode, response.json()]).toMatchObject([
    status,
    { status: 'error', code, error: expect.stringMatching(message) },
  ]);
  expect(await stored()).toEqual([]);
  expect(gateway.memory.published).toEqual([]);
});

test('a path in the name is left out by whoever reads the form', async () => {
  expect((await upload(aFile(PLAIN, '../../etc/cron.d/old.sql'))).json()).toMatchObject({
    data: { filename: 'old.sql' },
  });
});

test('a file that is too large', async () => {
  const settings = { ...gateway.deps.settings, BACKUP_UPLOAD_MAX_SIZE: 100 };
  await gateway.app.close();
  gateway = await driveGateway({ change: { settings } });
  const response = await upload(aFile());
  expect([response.statusCode, response.json()]).toMatchObject([
    413,
    { code: 'payload_too_large', error: expect.stringMatching(/BACKUP_UPLOAD_MAX_SIZE/) },
  ]);
  expect(await stored()).toEqual([]);
});

test.each([
  ['JSON', '{}', { 'content-type': 'application/json' }],
  ['a form without a boundary', 'x', { 'content-type': 'multipart/form-data' }],
  [
    'a cut form',
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.sql"\r\n\r\nselect 1;',
    { 'content-type': 'multipart/form-data; boundary=x' },
  ],
])('%s is refused', async (_name, payload, headers) => {
  const response = await gateway.call('POST', AT, payload, headers);
  expect([response.statusCode, response.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  expect(await stored()).toEqual([]);
});

test('a form is taken nowhere else', async () => {
  const sent = new Response(new FormData());
  const response = await gateway.call('POST', '/api/v1/backups', Buffer.from(await sent.arrayBuffer()), {
    'content-type': sent.headers.get('content-type') ?? '',
  });
  expect([response.statusCode, response.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  expect(gateway.memory.published).toEqual([]);
});

test('what the audit cannot be told of is refused before a byte is stored', async () => {
  gateway.memory.fail();
  const response = await upload(aFile());
  expect([response.statusCode, response.json()]).toMatchObject([
    503,
    { status: 'error', code: 'bus_unavailable' },
  ]);
  expect(await stored()).toEqual([]);
});

test('when the bus goes away meanwhile it is stored all the same: the file is there', async () => {
  const { publish } = gateway.memory;
  gateway.deps.bus.publish = (event) =>
    event.type === 'audit.recorded' ? publish(event) : Promise.reject(new Error('away'));
  expect((await upload(aFile())).statusCode).toBe(200);
  expect(await stored()).toEqual(['old.sql', 'old.sql.upload.json']);
});
