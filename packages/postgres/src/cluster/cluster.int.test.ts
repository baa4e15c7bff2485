import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, processesWith, run, serverTools } from '../../test/server.ts';
import { startCluster, unprivilegedUser, type Cluster, type ClusterOptions, type Tools } from '../index.ts';

let dir: string;
let running: Cluster[];
let tools: Tools;
beforeEach(async () => {
  tools = await serverTools();
  dir = await mkdtemp(join(tmpdir(), 'hf-cluster-'));
  running = [];
});
afterEach(async () => {
  for (const cluster of running) await cluster.stop();
  const left = await processesWith(dir);
  await rm(dir, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`left behind: ${left.join()}`);
});

async function start(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const asUser = await unprivilegedUser();
  const cluster = await startCluster({
    dir,
    tools,
    throwAway: true,
    ...(asUser ? { asUser } : {}),
    ...options,
  });
  running.push(cluster);
  return cluster;
}

describe('a private cluster', () => {
  test('has no TCP, a closed socket folder, passwords for all, and starts again within 2 s', async () => {
    const cluster = await start({ throwAway: false, password: 'random' });
    expect(await ask(cluster.target, 'show listen_addresses')).toEqual(['']);
    expect((await stat(cluster.socketDir)).mode & 0o777).toBe(0o700);
    expect((await stat(cluster.dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, 'superuser-password'))).mode & 0o777).toBe(0o600);
    await expect(ask({ ...cluster.target, password: 'wrong' }, 'select 1')).rejects.toMatchObject({
      code: 'authentication_failed',
    });
    await run(cluster.target, "create role app login password 'app'; create table kept as select 1 as x");
    expect(await ask({ ...cluster.target, user: 'app', password: 'app' }, 'select current_user')).toEqual([
      'app',
    ]);
    expect(await ask(cluster.target, 'show fsync')).toEqual(['on']);
    await cluster.stop();
    await cluster.stop();
    const startedAt = performance.now();
    const again = await start({ throwAway: false });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await ask(again.target, 'select x from kept')).toEqual([1]);
  });

  test('gives way to others when asked to, and so do the processes that it starts', async () => {
    const cluster = await start({ niceness: 7 });
    const postmaster = Number.parseInt(await readFile(join(cluster.dataDir, 'postmaster.pid'), 'utf8'), 10);
    const pids = await ask(
      cluster.target,
      "select pid from pg_stat_activity where backend_type = 'checkpointer'",
    );
    const wanted = getPriority() + 7;
    expect([postmaster, ...pids].map((pid) => getPriority(Number(pid)))).toEqual([wanted, wanted]);
  });

  test('listens on 127.0.0.1 when asked to, with a password there too', async () => {
    const cluster = await start({ tcpPort: 0 });
    const tcp = { ...cluster.target, host: '127.0.0.1' };
    expect(await ask(tcp, "select current_setting('listen_addresses')")).toEqual(['127.0.0.1']);
    await expect(ask({ ...tcp, password: 'wrong' }, 'select 1')).rejects.toMatchObject({
      code: 'authentication_failed',
    });
  });

  test('runs with settings of the caller, who cannot move it', async () => {
    const cluster = await start({ settings: { work_mem: '9MB', listen_addresses: '*', fsync: 'on' } });
    expect(
      await ask(
        cluster.target,
        "select current_setting('work_mem') || current_setting('listen_addresses') || current_setting('fsync')",
      ),
    ).toEqual(['9MBon']);
  });

  test('lies as deep as it likes', async () => {
    const deep = join(dir, 'a'.repeat(60), 'b'.repeat(60));
    await mkdir(deep, { recursive: true });
    const { chmod } = await import('node:fs/promises');
    for (const folder of [dir, join(dir, 'a'.repeat(60))]) await chmod(folder, 0o755);
    const cluster = await start({ dir: deep });
    expect(await ask(cluster.target, 'select 1')).toEqual([1]);
    await cluster.stop();
    expect(existsSync(cluster.socketDir)).toBe(false);
  });

  test('a server that cannot start says why', async () => {
    await expect(start({ settings: { shared_buffers: 'much' } })).rejects.toMatchObject({
      code: 'server_unreachable',
      message: expect.stringContaining('shared_buffers'),
    });
  });

  test('a cluster of another major is not touched', async () => {
    const cluster = await start();
    await cluster.stop();
    await writeFile(join(cluster.dataDir, 'PG_VERSION'), '9\n');
    await expect(start()).rejects.toMatchObject({
      code: 'server_unreachable',
      message: expect.stringContaining('postgresql-9'),
    });
  });

  test('tools without a server are tools_missing, with the command', async () => {
    await expect(start({ tools: { ...tools, serverBinaries: false } })).rejects.toMatchObject({
      code: 'tools_missing',
      message: expect.stringContaining(`apt-get install -y postgresql-${tools.major}`),
    });
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test('the server runs as somebody else, who may not read our password', async () => {
    const user = await unprivilegedUser();
    const cluster = await start();
    const status = await readFile(`/proc/${cluster.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\s+${user?.uid}\\s+${user?.uid}\\s`, 'm'));
    expect(status).toMatch(/^Groups:\s*$/m);
    // A root without the right to trace, as in a container, cannot look: then nobody can.
    const environment = await readFile(`/proc/${cluster.pid}/environ`, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'EACCES') return '';
      throw error;
    });
    expect(
      environment
        .split('\0')
        .map((one) => one.split('=')[0])
        .filter((name) => name !== '' && !/^(LC_|PG|PWD)/.test(name ?? '')),
    ).toEqual([]);
    expect((await stat(join(dir, 'superuser-password'))).uid).toBe(0);
  });

  test('without somebody else it is refused', async () => {
    await expect(startCluster({ dir, tools })).rejects.toMatchObject({ code: 'drill_unavailable' });
  });
});

describe('after kill -9', () => {
  test('of the server: the next start recovers what was committed', async () => {
    const cluster = await start({ throwAway: false });
    await run(cluster.target, 'create table kept as select 1 as x');
    process.kill(cluster.pid, 'SIGKILL');
    const startedAt = performance.now();
    const again = await start({ throwAway: false });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await ask(again.target, 'select x from kept')).toEqual([1]);
  });

  test('of the process that started it: the server ends by itself, and the next start goes well', async () => {
    const user = await unprivilegedUser();
    const script = `
      import { startCluster } from ${JSON.stringify(join(import.meta.dirname, '../index.ts'))};
      const cluster = await startCluster(${JSON.stringify({ dir, tools, throwAway: true, ...(user ? { asUser: user } : {}) })});
      process.stdout.write(String(cluster.pid));
      setInterval(() => undefined, 60_000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(owner.stdout, 'data')) as [Buffer]; // the first thing it writes
    const pid = Number(text.toString());
    expect((await processesWith(dir)).includes(pid)).toBe(true);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const again = await start();
    expect(again.pid).not.toBe(pid);
    expect(await ask(again.target, 'select 1')).toEqual([1]);
    expect(await processesWith(dir)).not.toContain(pid);
  });

  test('of somebody in the middle of initdb: it is made anew', async () => {
    const user = await unprivilegedUser();
    await mkdir(join(dir, 'data.new', 'base'), { recursive: true });
    await writeFile(join(dir, 'data.new', 'PG_VERSION'), '15\n');
    await writeFile(join(dir, 'superuser-password'), 'of the one that never was\n', { mode: 0o600 });
    expect(user === undefined || user.uid > 0).toBe(true);
    const cluster = await start();
    expect(await ask(cluster.target, 'select 1')).toEqual([1]);
    expect((await readdir(dir)).toSorted()).toEqual(['data', 'log', 'socket', 'superuser-password']);
  });

  test("a pid of the leftover's that belongs to somebody else by now is left alone", async () => {
    const cluster = await start();
    await cluster.stop();
    const bystander = spawn('/bin/sleep', ['60'], { cwd: '/' });
    await writeFile(
      join(cluster.dataDir, 'postmaster.pid'),
      `${bystander.pid}\n${cluster.dataDir}\n0\n5432\n${cluster.socketDir}\n\n`,
    );
    try {
      const again = await start();
      expect(await ask(again.target, 'select 1')).toEqual([1]);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill();
      await once(bystander, 'exit');
    }
  });
});
