import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '@holdfast/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPrivateCluster } from './private-cluster.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'hf-cli-cluster-'));
  // As root the server runs as another user, who must be able to get there.
  await chmod(home, 0o755);
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('it is refused while the standalone runs, and touches nothing', async () => {
  const standalone = spawn(process.execPath, [
    '-e',
    'console.log("up"); setInterval(() => {}, 1e6)',
    'standalone',
  ]);
  try {
    await once(standalone.stdout, 'data');
    await writeFile(join(home, 'standalone.pid'), String(standalone.pid));
    await expect(openPrivateCluster(home)).rejects.toMatchObject({
      code: 'name_taken',
      message: expect.stringContaining(`process ${standalone.pid}`),
    });
    expect(await readdir(home)).toEqual(['standalone.pid']);
  } finally {
    standalone.kill('SIGKILL');
    await once(standalone, 'exit');
  }
});

test('after a standalone that was killed it starts, and what it holds is there the next time', async () => {
  // A process id that was given to somebody else since: ours.
  await writeFile(join(home, 'standalone.pid'), String(process.pid));
  const first = await openPrivateCluster(home);
  await withClient(first.connect('postgres'), (client) => client.query('create database kept'));
  await first.stop();
  const second = await openPrivateCluster(home);
  try {
    const { rows } = await withClient(second.connect('kept'), (client) =>
      client.query<{ name: string }>('select current_database() as name'),
    );
    expect(rows).toEqual([{ name: 'kept' }]);
  } finally {
    await second.stop();
  }
});
