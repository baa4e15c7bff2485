import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busAccess, DEAD_LETTERS_STREAM, EVENTS_STREAM, type BusUser } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findNatsServer, permissionsOf, seedOf, sharedServerConfig } from './index.ts';

const names = { eventsStream: EVENTS_STREAM, deadLettersStream: DEAD_LETTERS_STREAM };

let dir: string;
let server: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-shared-'));
});
afterEach(async () => {
  if (server?.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit');
  await rm(dir, { recursive: true, force: true });
});

const path = (name: string): string => join(dir, name);
const log = (): Promise<string> => readFile(path('log'), 'utf8').catch(() => '');

/** Any ports: nobody connects. */
async function configure(...users: readonly BusUser[]): Promise<void> {
  const config = sharedServerConfig({
    storeDir: path('store'),
    port: -1,
    monitorPort: -1,
    users: await Promise.all(
      users.map(async (user) => ({
        publicKey: (await seedOf(dir, user)).publicKey,
        permissions: permissionsOf(user, busAccess, names),
      })),
    ),
  });
  await writeFile(path('nats.conf'), config.replaceAll('0.0.0.0', '127.0.0.1'));
}

test('a running server takes other users on SIGHUP', async () => {
  await configure('history');
  const args = ['-c', path('nats.conf'), '--name', 'one', '-l', path('log')];
  server = spawn(await findNatsServer(), args, { env: { NATS_SERVER_NAME: 'one' }, stdio: 'ignore' });
  await expect.poll(log).toContain('Server is ready');
  await configure('history', 'retention');
  server.kill('SIGHUP');
  await expect.poll(log).toMatch(/Reloaded|Failed to reload/);
  expect(await log()).toContain('Reloaded server configuration');
});
