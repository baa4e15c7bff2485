import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRouting } from './read-routing.ts';

const example = resolve(import.meta.dirname, '../../../../examples/notification-routes.yaml');
const settings = {
  SMTP_FROM: 'Holdfast <holdfast@localhost>',
  BACKUP_NOTIFY_SUCCESS: true,
  BACKUP_NOTIFY_FAILURE: true,
};

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-routes-'));
  file = join(dir, 'routes.yaml');
});
afterAll(() => rm(dir, { recursive: true }));

const reading = async (text: string): Promise<unknown> => {
  await writeFile(file, text);
  return readRouting({ ...settings, BACKUP_NOTIFICATION_ROUTES_FILE: file });
};

test('the example reads, with secrets out of files beside it', async () => {
  await copyFile(example, file);
  await writeFile(join(dir, 'partner-url'), 'https://partner.example/hook\n');
  await writeFile(join(dir, 'partner-secrets'), 'whsec_bmV3\nwhsec_b2xk\n');
  const { channels, routes } = await readRouting({ ...settings, BACKUP_NOTIFICATION_ROUTES_FILE: file });
  expect(channels.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    'pager webhook',
    'partner webhook',
    'dba email',
  ]);
  expect(channels[1]).toMatchObject({
    url: 'https://partner.example/hook',
    secrets: ['whsec_bmV3', 'whsec_b2xk'],
  });
  expect(routes.map(({ id }) => id)).toEqual(['production-down', 'all-failures', 'quiet']);
  expect(routes[1]?.outcomes).toEqual(['failure', 'warning']);
});

test('without a file the environment makes channels and routes', async () => {
  const { channels, routes } = await readRouting({
    ...settings,
    BACKUP_SLACK_WEBHOOK_URL: 'https://hooks.slack.com/x',
    BACKUP_NOTIFICATION_EMAIL: 'a@x.org, b@x.org',
    SMTP_URL: 'smtp://mail',
  });
  expect(channels.map(({ id }) => id)).toEqual(['slack', 'email']);
  expect(channels[1]).toMatchObject({ to: ['a@x.org', 'b@x.org'] });
  expect(routes.map(({ id }) => id)).toEqual(['failures', 'successes']);
});

test.each([
  ['routes: [{ id: r, channels: [nobody] }]', 'route r names channel nobody, which does not exist'],
  ['routes: [{ id: r, channels: [slack], when: now }]', 'does not fit'],
  ['channels: { c: { kind: slack } }', 'url of channel c is not given'],
  ['channels: { c: { kind: slack, urlFile: missing } }', 'missing cannot be read'],
  ['channels: { "top-secret: [', 'is no YAML'],
])('%s is told', async (text, message) => {
  const refused = await reading(text).then(
    () => '',
    (error: unknown) => String(error),
  );
  expect(refused).toContain(message);
  expect(refused).not.toContain('top-secret');
});

test('mail without a server is told', async () => {
  await expect(readRouting({ ...settings, BACKUP_NOTIFICATION_EMAIL: 'a@x.org' })).rejects.toThrow(
    'SMTP_URL is not',
  );
});
