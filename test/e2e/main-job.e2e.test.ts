import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../fleet/fleet.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let home: string;
let port = 0;
let standalone: { readonly child: ChildProcess; story: string };

/** The standalone as `npm start` runs it; resolves when it told what to do next. */
async function start(): Promise<typeof standalone> {
  const child = spawn(process.execPath, [join(root, 'packages/standalone/src/main.ts')], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: home, HOLDFAST_HOME: home, HOLDFAST_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = { child, story: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (started.story += text));
  }
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${started.story}`);
      return /Ctrl-C stops/.test(started.story) || undefined;
    },
    'the end of the story',
    120_000,
  );
  port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(started.story)?.[1]);
  return started;
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(standalone.child, 'exit');
  standalone.child.kill(signal);
  const [code] = (await ended) as [number | null]; // 'exit' gives the exit code first
  return code;
}

/** `./backup-admin …`, as a user types it. */
async function admin(...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    HOLDFAST_HOME: home,
    HOLDFAST_URL: `http://127.0.0.1:${port}`,
    NO_COLOR: '1',
  };
  const { stdout } = await run(join(root, 'backup-admin'), args, { env });
  return stdout;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hf-main-job-'));
  standalone = await start();
});
afterAll(async () => {
  if (standalone.child.exitCode === null) await end('SIGTERM');
  await rm(home, { recursive: true, force: true });
});

type Listed = {
  readonly backups: readonly {
    readonly filename: string;
    readonly description: string;
    readonly lastProvenAt?: string;
  }[];
};
const list = async (): Promise<Listed['backups']> =>
  (JSON.parse(await admin('list', '--json')) as Listed).backups; // our own CLI's output

test('the first start makes a sample, backs it up, proves it, and says what to do next', async () => {
  for (const line of [
    'sample database "toeic"',
    'first backup:',
    'proven: restored into a scratch server',
    'Admin token',
  ]) {
    expect(standalone.story).toContain(line);
  }
  expect((await stat(join(home, 'admin-token'))).mode & 0o777).toBe(0o600);
  expect(await list()).toMatchObject([{ description: 'first backup' }]);
});

test('create, list, validate, restore, status by the command line', async () => {
  await admin('create', '--description', 'before update', '--compress', '--validate');
  const newest = (await list()).find((backup) => backup.description === 'before update');
  const filename = newest?.filename ?? '';
  expect(filename).toMatch(/^toeic_\d{8}T\d{6}Z_full_[0-9a-f]{8}\.dump\.zst$/);
  expect(await admin('validate', '--file', filename, '--level', 'restore')).toContain('proven');
  await admin('restore', '--file', filename, '--yes', '--safety-backup');
  expect(await admin('status')).toContain('healthy');
  const backups = JSON.parse(await admin('list', '--json')) as { backups: readonly { trigger: string }[] }; // our own CLI's output
  expect(backups.backups.map((backup) => backup.trigger)).toContain('safety');
});

test('history knows what happened', async () => {
  const told = await eventually(
    async () => {
      const text = await admin('history');
      return text.includes('restore') ? text : undefined;
    },
    'the restore to be in history',
    20_000,
  );
  expect(told).toContain('before update');
});

test('starting again keeps everything; Ctrl-C drains and leaves no process', async () => {
  const before = await list();
  expect(await end('SIGINT')).toBe(0);
  standalone = await start();
  expect(standalone.story).not.toContain('first backup:');
  expect(await list()).toEqual(before);
});

test('killed, it starts again cleanly over what it left', async () => {
  const before = await list();
  await end('SIGKILL');
  standalone = await start();
  expect((await list()).map((backup) => backup.filename)).toEqual(before.map((backup) => backup.filename));
});

test('with everything stopped, --local lists and restores from the files alone', async () => {
  expect(await end('SIGTERM')).toBe(0);
  const folder = await readdir(join(home, 'backups/toeic'));
  const filename = folder.filter((name) => name.endsWith('.dump.zst')).sort()[0] ?? '';
  expect(await admin('--local', 'list')).toContain(filename);
  await admin('--local', 'restore', '--file', filename, '--yes');
});
