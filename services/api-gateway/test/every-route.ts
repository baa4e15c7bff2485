import { operationIds, routes, type OperationId, type RouteDeclaration } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ways } from './driver.ts';
import { CONTENT } from './fake-worker.ts';
import { PLAIN } from './foreign.ts';
import type { TestGateway } from './gateway.ts';

const AT = '/api/v1/admin/backups';

type Row = {
  readonly operation: OperationId;
  /** As an old client wrote it. */
  readonly call: `${'GET' | 'POST' | 'DELETE'} ${string}`;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  /** The whole body; undefined: bytes. */
  readonly answer: unknown;
};

const text: unknown = expect.any(String);
const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
const stored: unknown = expect.stringMatching(/^app_\d{8}T\d{6}Z_full_[0-9a-f]{8}\.dump\.zst$/);
const success = (data: unknown, message?: string) => ({
  status: 'success',
  ...(message === undefined ? {} : { message }),
  data,
});
const refused = (code: string) => ({ status: 'error', code, error: text, request_id: text });

const backup = (filename: unknown, description: string) => ({
  filename,
  description,
  size: CONTENT.length,
  created_at: time,
  download_url: expect.stringMatching(/^\/api\/v1\/admin\/backups\/download\//) as unknown,
  database: 'app',
  stored_as: stored,
});
const uploaded = {
  filename: 'old.sql',
  description: 'moved',
  size: PLAIN.length,
  created_at: time,
  download_url: `${AT}/download/old.sql`,
  stored_as: 'old.sql',
};
const schedule = {
  id: 'daily',
  description: 'every day',
  schedule: '24h',
  enabled: true,
  backup_type: 'full',
  database: '*',
  timezone: 'UTC',
  next_run: time,
};
const entry = (operation: string) => ({
  timestamp: time,
  operation,
  filename: text,
  success: true,
  duration: text,
  duration_ms: expect.any(Number) as unknown,
  size: expect.any(Number) as unknown,
  description: text,
});
const form = [
  '--x\r\ncontent-disposition: form-data; name="file"; filename="old.sql"\r\n\r\n',
  PLAIN.toString('latin1'),
  '\r\n--x\r\ncontent-disposition: form-data; name="description"\r\n\r\nmoved\r\n--x--\r\n',
].join('');
const kept = (filename: string) => ({
  name: filename,
  filename,
  createdAt: '2026-01-01T00:00:00Z',
  sizeBytes: 7,
});

/** In this order: each row finds what those before it left. */
const ROWS: readonly Row[] = [
  {
    operation: 'legacyCreateBackup',
    call: 'POST ',
    body: { filename: 'a.sql', description: 'first' },
    answer: success(backup('a.sql', 'first'), 'Backup created.'),
  },
  {
    operation: 'legacyCreateBackup',
    call: 'POST ',
    body: 'filename=b.sql&description=second',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    answer: success(backup('b.sql', 'second'), 'Backup created.'),
  },
  {
    operation: 'legacyCreateBackup',
    call: 'POST ',
    body: { filename: 'a.sql' },
    status: 409,
    answer: refused('name_taken'),
  },
  {
    operation: 'legacyListBackups',
    call: 'GET ',
    answer: success([backup('b.sql', 'second'), backup('a.sql', 'first')]),
  },
  { operation: 'legacyDownloadBackup', call: 'GET /download/a.sql', answer: undefined },
  {
    operation: 'legacyDownloadBackup',
    call: 'GET /download/none.sql',
    status: 404,
    answer: refused('backup_not_found'),
  },
  {
    operation: 'legacyRestoreBackup',
    call: 'POST /restore',
    body: { filename: 'a.sql' },
    answer: { status: 'success', message: 'Backup restored.' },
  },
  {
    operation: 'legacyRestoreBackup',
    call: 'POST /restore',
    body: {},
    status: 400,
    answer: refused('invalid_request'),
  },
  {
    operation: 'legacyUploadBackup',
    call: 'POST /upload',
    body: Buffer.from(form, 'latin1'),
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    answer: success(uploaded, 'Backup uploaded.'),
  },
  {
    operation: 'enhancedCreateBackup',
    call: 'POST /enhanced',
    body: { description: 'before', type: 'migration' },
    answer: success(
      {
        success: true,
        filename: stored,
        size: CONTENT.length,
        duration: '1m3.5s',
        duration_ms: 63_500,
        compressed: true,
        encrypted: false,
        validated: true,
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        download_url: text,
        run: text,
      },
      'Backup created.',
    ),
  },
  {
    operation: 'enhancedRestoreBackup',
    call: 'POST /enhanced/restore',
    body: { filename: 'a.sql' },
    answer: success(
      {
        success: true,
        duration: '1.5s',
        duration_ms: 1_500,
        tables_count: 3,
        records_count: 42,
        safety_backup: 'safe.dump.zst',
        run: text,
      },
      'Backup restored.',
    ),
  },
  {
    operation: 'enhancedValidateBackup',
    call: 'POST /validate/a.sql',
    answer: success({
      filename: 'a.sql',
      valid: true,
      file_exists: true,
      readable_file: true,
      valid_structure: true,
      checksum_match: true,
      size: CONTENT.length,
      last_modified: time,
      level: 'structure',
      proven: false,
      run: text,
    }),
  },
  {
    operation: 'enhancedValidateBackup',
    call: 'POST /validate/none',
    status: 404,
    answer: refused('backup_not_found'),
  },
  {
    operation: 'enhancedCreateSchedule',
    call: 'POST /schedules',
    body: { id: 'daily', schedule: '24h', description: 'every day' },
    answer: success(schedule, 'Schedule added.'),
  },
  {
    operation: 'enhancedCreateSchedule',
    call: 'POST /schedules',
    body: { id: 'daily', schedule: '0 3 * * *', description: '' },
    status: 409,
    answer: refused('name_taken'),
  },
  {
    operation: 'enhancedCreateSchedule',
    call: 'POST /schedules',
    body: { id: 'wrong', schedule: '99 99 * * *', description: '' },
    status: 400,
    answer: refused('schedule_invalid'),
  },
  { operation: 'enhancedListSchedules', call: 'GET /schedules', answer: success([schedule]) },
  {
    operation: 'enhancedRemoveSchedule',
    call: 'DELETE /schedules/daily',
    answer: { status: 'success', message: 'Schedule removed.' },
  },
  {
    operation: 'enhancedRemoveSchedule',
    call: 'DELETE /schedules/daily',
    status: 404,
    answer: refused('schedule_not_found'),
  },
  {
    operation: 'enhancedCleanUp',
    call: 'POST /cleanup',
    body: { max_age: '720h' },
    answer: success(
      {
        removed: [{ filename: 'gone', size: 7, reason: 'too old' }],
        kept: [{ filename: 'kept', reasons: ['daily: so it is'] }],
        freed: 7,
        dry_run: false,
        run: text,
      },
      'Cleaned up.',
    ),
  },
  {
    operation: 'enhancedCleanUp',
    call: 'POST /cleanup',
    body: {},
    status: 400,
    answer: refused('invalid_request'),
  },
  {
    operation: 'enhancedListHistory',
    call: 'GET /history?limit=2&offset=0',
    answer: success({ history: [entry('cleanup'), entry('validation')], total: 10 }),
  },
  {
    operation: 'enhancedGetStatus',
    call: 'GET /status',
    answer: success({
      enabled: true,
      auto_backup: false,
      last_backup: time,
      total_backups: 4,
      total_size: 3 * CONTENT.length + PLAIN.length,
      oldest_backup: time,
      health: { overall: 'warning', issues: expect.any(Array), last_check: time },
      recent_activity: expect.arrayContaining([
        {
          timestamp: time,
          action: 'restore',
          filename: stored,
          status: 'success',
          duration: '1.5s',
          size: 0,
          description: text,
        },
      ]),
      configuration: {
        retention_days: 30,
        max_backup_count: 100,
        compress_backups: true,
        encrypt_backups: false,
        validate_backups: true,
        storage_type: 'local',
      },
    }),
  },
  {
    operation: 'legacyDeleteBackup',
    call: 'DELETE /a.sql',
    answer: { status: 'success', message: 'Backup deleted.' },
  },
  {
    operation: 'legacyDeleteBackup',
    call: 'DELETE /a.sql',
    status: 404,
    answer: refused('backup_not_found'),
  },
];

/** Every route that existing clients know, one call after the other, to the letter. */
export function describeEveryRoute(drive: () => Promise<TestGateway & Ways>): void {
  let gateway: TestGateway & Ways;
  beforeAll(async () => {
    gateway = await drive();
    gateway.worker.script.validate = 'structure';
    await gateway.worker.plan({
      database: 'app',
      at: '2026-02-01T00:00:00Z',
      policy: { keepDaily: 1, timezone: 'UTC', minimumRedundancy: 1 },
      keep: [{ ...kept('kept'), reasons: [{ rule: 'daily', detail: 'so it is' }] }],
      remove: [{ ...kept('gone'), because: 'too old' }],
      freesBytes: 7,
      unmet: [],
    });
  });
  afterAll(() => gateway.app.close());

  test('every route has its row, at its path', () => {
    const declared = operationIds.filter((id) => /^(legacy|enhanced)/.test(id));
    expect(new Set(ROWS.map(({ operation }) => operation))).toEqual(new Set(declared));
    for (const { operation, call } of ROWS) {
      const { method, path }: RouteDeclaration = routes[operation];
      const [called = '', rest = ''] = call.split(' ');
      const pattern = `^${path.replaceAll(/:\w+/g, '[^/]+')}$`;
      expect([called, `${AT}${rest.split('?')[0] ?? ''}`]).toEqual([method, expect.stringMatching(pattern)]);
    }
  });

  test.each(ROWS)('$call $status', async ({ call, body, headers, status = 200, answer }) => {
    const [method = '', rest = ''] = call.split(' ');
    const response = await gateway.call(method as 'GET' | 'POST' | 'DELETE', `${AT}${rest}`, body, headers); // as the rows have it
    expect(response.statusCode).toBe(status);
    if (answer === undefined) {
      expect(response.rawPayload.equals(CONTENT)).toBe(true);
      return;
    }
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toEqual(answer);
  });

  test.each(ROWS)('$call without a token: the envelope too', async ({ call }) => {
    const [method = '', rest = ''] = call.split(' ');
    const response = await gateway.app.inject({
      method: method as 'GET' | 'POST' | 'DELETE', // as the rows have it
      url: `${AT}${rest}`,
      remoteAddress: `10.0.0.${Math.floor(Math.random() * 250)}`,
    });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toEqual(refused('unauthorized'));
  });
}
