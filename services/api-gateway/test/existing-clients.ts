import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Method, Ways } from './driver.ts';
import { CONTENT, store } from './fake-worker.ts';
import type { TestGateway } from './gateway.ts';

const AT = '/api/v1/admin/backups';

/** What existing clients do, replayed to the letter; the same over every bus. */
export function describeExistingClients(drive: () => Promise<TestGateway & Ways>): void {
  let gateway: TestGateway & Ways;
  beforeEach(async () => {
    gateway = await drive();
  });
  afterEach(() => gateway.app.close());

  const call = (
    method: Method,
    url: string,
    payload?: object | string,
    headers?: Readonly<Record<string, string>>,
  ) => gateway.call(method, `${AT}${url}`, payload, headers);
  const aFilename = expect.stringMatching(/^app_\d{8}T\d{6}Z_full_[0-9a-f]{8}\.dump\.zst$/);
  const success = (data: unknown) => ({ status: 'success', message: expect.any(String), data });
  const backedUp = async (alias?: string): Promise<string> => {
    const response = await call('POST', '', alias === undefined ? {} : { filename: alias });
    return response.json<{ data: { filename: string } }>().data.filename;
  };

  const created = (filename: unknown, description: string) => ({
    filename,
    description,
    size: CONTENT.length,
    created_at: expect.any(String),
    download_url: expect.stringMatching(/^\/api\/v1\/admin\/backups\/download\//),
    database: 'app',
    stored_as: aFilename,
  });

  test.each([
    ['JSON', { filename: 'before.sql', description: 'x' }, {}, created('before.sql', 'x')],
    [
      'a form',
      'filename=before.sql&description=x+y',
      { 'content-type': 'application/x-www-form-urlencoded' },
      created('before.sql', 'x y'),
    ],
    ['nothing at all', undefined, {}, created(aFilename, '')],
    ['an empty JSON body', '', { 'content-type': 'application/json' }, created(aFilename, '')],
    ['fields of another time', { description: 'x', include_data: true }, {}, created(aFilename, 'x')],
  ])('create from %s answers 200 when the backup is done', async (_name, payload, headers, data) => {
    const response = await call('POST', '', payload, headers);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(success(data));
  });

  test('list, newest first, under the names that clients chose', async () => {
    await store(gateway.repository, {
      subject: '0190b0a0-0000-7000-8000-000000000001',
      database: 'app',
      time: '2026-01-01T00:00:00Z',
    });
    await backedUp('chosen.sql');
    const response = await call('GET', '');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      status: 'success',
      data: [created('chosen.sql', ''), created(aFilename, '')],
    });
  });

  test('restore by any name answers 200 when it is done', async () => {
    await backedUp('chosen.sql');
    const response = await call('POST', '/restore', { filename: 'chosen.sql' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'success', message: 'Backup restored.' });
  });

  test('delete removes it; the last good one stays unless that is meant', async () => {
    const filename = await backedUp();
    const refused = await call('DELETE', `/${filename}`);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ status: 'error', code: 'last_good_backup' });
    const response = await call('DELETE', `/${filename}?force=true`);
    expect(response.json()).toEqual({ status: 'success', message: 'Backup deleted.' });
    expect((await call('GET', '')).json()).toEqual({ status: 'success', data: [] });
    expect((await call('DELETE', `/${filename}`)).statusCode).toBe(404);
  });

  test('download by the address that create gave', async () => {
    const { data } = (await call('POST', '', { filename: 'vor dem Umzug.sql' })).json<{
      data: { download_url: string };
    }>();
    const response = await gateway.app.inject({ url: data.download_url, headers: gateway.authorization });
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload.equals(CONTENT)).toBe(true);
    expect(response.headers['content-length']).toBe(String(CONTENT.length));
  });

  test('the enhanced create waits for the validation too', async () => {
    gateway.worker.script.validate = 'structure';
    const response = await call('POST', '/enhanced', { description: 'x', type: 'migration' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(
      success({
        success: true,
        filename: aFilename,
        size: CONTENT.length,
        duration: '1m3.5s',
        duration_ms: 63_500,
        compressed: true,
        encrypted: false,
        validated: true,
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        download_url: expect.any(String),
        run: expect.any(String),
      }),
    );
    const [entry] = await gateway.repository.list();
    expect(entry).toMatchObject({ manifest: { backup: { trigger: 'migration' } } });
  });

  test('the enhanced restore', async () => {
    const filename = await backedUp();
    const response = await call('POST', '/enhanced/restore', { filename });
    expect(response.json()).toEqual(
      success({
        success: true,
        duration: '1.5s',
        duration_ms: 1_500,
        tables_count: 3,
        records_count: 42,
        safety_backup: 'safe.dump.zst',
        run: expect.any(String),
      }),
    );
  });

  test.each([
    ['valid', { valid: true, checksum_match: true, valid_structure: true }],
    [
      'invalid',
      {
        valid: false,
        checksum_match: false,
        valid_structure: false,
        issues: [expect.stringContaining('archive_corrupt')],
      },
    ],
  ] as const)('validate answers 200 with the verdict %s', async (verdict, expected) => {
    const filename = await backedUp();
    gateway.worker.script.verdict = verdict;
    const response = await call('POST', `/validate/${filename}`);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      status: 'success',
      data: {
        filename,
        file_exists: true,
        readable_file: true,
        size: CONTENT.length,
        last_modified: expect.any(String),
        level: 'structure',
        proven: false,
        run: expect.any(String),
        ...expected,
      },
    });
  });

  test('status', async () => {
    await backedUp();
    const response = await call('GET', '/status');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      status: 'success',
      data: {
        enabled: true,
        auto_backup: false,
        last_backup: expect.any(String),
        total_backups: 1,
        total_size: CONTENT.length,
        oldest_backup: expect.any(String),
        health: {
          overall: 'warning',
          issues: [expect.stringContaining('No validator'), expect.stringContaining('No retention service')],
          last_check: expect.any(String),
        },
        recent_activity: [
          {
            timestamp: expect.any(String),
            action: 'backup',
            filename: aFilename,
            status: 'success',
            duration: '1m3.5s',
            size: CONTENT.length,
            description: '',
          },
        ],
        configuration: {
          retention_days: 30,
          max_backup_count: 100,
          compress_backups: true,
          encrypt_backups: false,
          validate_backups: true,
          storage_type: 'local',
        },
      },
    });
  });

  test('history, page by page', async () => {
    const filename = await backedUp();
    await call('POST', '/restore', { filename });
    gateway.worker.script.failure = { code: 'dump_failed', message: 'pg_dump ended.' };
    await call('POST', '', {});
    const whole = (await call('GET', '/history')).json<{
      data: { history: { operation: string; success: boolean; error?: string }[]; total: number };
    }>();
    expect(whole.data.total).toBe(3);
    expect(
      whole.data.history.map(({ operation, success: good, error }) => ({ operation, good, error })),
    ).toEqual([
      { operation: 'backup', good: false, error: 'pg_dump ended.' },
      { operation: 'restore', good: true, error: undefined },
      { operation: 'backup', good: true, error: undefined },
    ]);
    const second = (await call('GET', '/history?limit=1&offset=1')).json<typeof whole>();
    expect(second.data.history).toEqual([whole.data.history[1]]);
    expect(second.data.total).toBe(3);
  });

  test.each([
    ['Prefer: respond-async', '', { prefer: 'respond-async, wait=5' }],
    ['?wait=0', '?wait=0', {}],
  ])('%s answers 202 with the run at once', async (_name, query, headers) => {
    gateway.worker.script.idle = true;
    const response = await call('POST', query, {}, headers);
    expect(response.statusCode).toBe(202);
    const { data } = response.json<{ data: { run: string; location: string } }>();
    expect(data).toEqual({
      run: expect.any(String),
      state: 'requested',
      location: `/api/v1/runs/${data.run}`,
    });
    expect(response.headers['location']).toBe(data.location);
  });
}
