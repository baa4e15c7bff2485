import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';
import { createLogger } from '@holdfast/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noHooks, type Hooks } from './hooks-file.ts';
import { readHooks } from './read-hooks.ts';
import { runCommand } from './run-command.ts';
import { withHooks } from './with-hooks.ts';

const RUN = '0190b0a0-0000-7000-8000-000000000001';
const FOR_EVER = 600_000;
const never = new AbortController().signal;
const env = { PATH: process.env['PATH'] ?? '' };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-hooks-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const sh = (script: string) => ({
  command: ['/bin/sh', '-c', script],
  timeout: FOR_EVER,
  databases: '*',
});

/** One attempt at a backup with these hooks around it. */
const around = (
  hooks: Partial<Hooks>,
  work: () => Promise<string> = () => Promise.resolve('app_1.dump.zst'),
  signal = never,
) =>
  withHooks(
    { hooks: { ...noHooks, ...hooks }, log: createLogger({ service: 'test', level: 'silent' }) },
    { of: 'backup', database: 'app', attempt: { run: RUN, signal } },
    work,
    (filename) => filename,
  );

test('hooks run before and after, and know what for', async () => {
  const seen = join(dir, 'seen');
  const tell = sh(`env | grep ^HOLDFAST_ | sort >> ${seen}`);
  expect(await around({ 'pre-backup': [tell], 'post-backup': [tell] })).toBe('app_1.dump.zst');
  expect((await readFile(seen, 'utf8')).trim().split('\n')).toEqual([
    'HOLDFAST_DATABASE=app',
    'HOLDFAST_EVENT=pre-backup',
    'HOLDFAST_FILENAME=',
    'HOLDFAST_OUTCOME=',
    `HOLDFAST_RUN=${RUN}`,
    'HOLDFAST_DATABASE=app',
    'HOLDFAST_EVENT=post-backup',
    'HOLDFAST_FILENAME=app_1.dump.zst',
    'HOLDFAST_OUTCOME=completed',
    `HOLDFAST_RUN=${RUN}`,
  ]);
});

test('nothing of our own environment reaches a hook', async () => {
  const { output } = await runCommand({ command: ['env'], env, timeoutMs: FOR_EVER, signal: never });
  const names = output.split('\n').map((line) => line.split('=')[0]);
  expect(names.filter((name) => name !== '' && name !== 'PATH')).toEqual([]);
});

test.each([
  [75, 'hook_retry'],
  [78, 'hook_aborted'],
  [3, 'hook_failed'],
])('exit code %i before the work: it is not begun, and those after hear of it', async (code, expected) => {
  const seen = join(dir, `outcome-${code}`);
  let begun = false;
  const attempt = around(
    {
      'pre-backup': [sh(`exit ${code}`)],
      'post-backup': [sh(`printf %s "$HOLDFAST_OUTCOME" > ${seen}`)],
    },
    () => {
      begun = true;
      return Promise.resolve('x');
    },
  );
  await expect(attempt).rejects.toMatchObject({ code: expected });
  expect(begun).toBe(false);
  expect(await readFile(seen, 'utf8')).toBe('failed');
});

test('after the work a failing hook is a warning', async () => {
  expect(await around({ 'post-backup': [sh('exit 78')] })).toBe('app_1.dump.zst');
});

test('a cancelled attempt is told as cancelled, and ends the hook that runs', async () => {
  const seen = join(dir, 'cancelled');
  const stop = new AbortController();
  const started = join(dir, 'started');
  const attempt = around(
    {
      'pre-backup': [sh(`: > ${started}; exec sleep 600`)],
      'post-backup': [sh(`printf %s "$HOLDFAST_OUTCOME" > ${seen}`)],
    },
    undefined,
    stop.signal,
  );
  while (!(await readFile(started).catch(() => undefined))) await new Promise(setImmediate);
  stop.abort(new HoldfastError('cancelled', 'Cancelled by anna.'));
  await expect(attempt).rejects.toMatchObject({ code: 'cancelled' });
  expect(await readFile(seen, 'utf8')).toBe('cancelled');
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Killed processes stay as zombies until init reaps them, and count as gone. */
async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? !isAlive(pid) : / [ZX] /.test(stat);
}

async function expectGone(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8'));
  while (!(await isGone(pid))) await new Promise(setImmediate);
  expect(await isGone(pid)).toBe(true);
}

test('a hook that hangs is ended when its time is over', async () => {
  const { end } = await runCommand({ command: ['sleep', '600'], env, timeoutMs: 50, signal: never });
  expect(end).toEqual({ end: 'timeout', timeoutMs: 50 });
});

test('one that does not listen is ended all the same, with all that it forked', async () => {
  const [own, child] = [join(dir, 'own'), join(dir, 'child')];
  const script = `trap '' TERM; (sleep 600; sleep 600) & echo $! > ${child}; echo $$ > ${own}; sleep 600; sleep 600`;
  const stop = new AbortController();
  const ran = runCommand({
    command: ['/bin/sh', '-c', script],
    env,
    timeoutMs: FOR_EVER,
    graceMs: 100,
    signal: stop.signal,
  });
  while (!(await readFile(own, 'utf8').catch(() => ''))) await new Promise(setImmediate);
  stop.abort();
  expect((await ran).end).toEqual({ end: 'signal', signal: 'SIGKILL' });
  await expectGone(own);
  await expectGone(child);
});

test('what a hook leaves in the background neither holds the run nor lives on', async () => {
  const child = join(dir, 'background');
  const { end, output } = await runCommand({
    command: ['/bin/sh', '-c', `sleep 600 & echo $! > ${child}; echo done`],
    env,
    timeoutMs: FOR_EVER,
    signal: never,
  });
  expect(end).toEqual({ end: 'exit', code: 0 });
  expect(output).toBe('done\n');
  await expectGone(child);
});

test('output is bounded', async () => {
  const { end, output } = await runCommand({
    command: ['/bin/sh', '-c', 'head -c 5000000 /dev/zero | tr "\\0" x'],
    env,
    timeoutMs: FOR_EVER,
    signal: never,
  });
  expect(end).toEqual({ end: 'exit', code: 0 });
  expect(output).toHaveLength(16_384);
});

test('a program that is not there', async () => {
  const missing = { command: [join(dir, 'no-such-program')], timeout: FOR_EVER, databases: '*' };
  await expect(around({ 'pre-backup': [missing] })).rejects.toMatchObject({
    code: 'hook_failed',
    message: expect.stringContaining('could not be started') as string,
  });
});

test('a hooks file that is not there, or wrong, is told with its path', async () => {
  await expect(readHooks(join(dir, 'none.yaml'))).rejects.toThrow(/BACKUP_HOOKS_FILE .*none\.yaml: ENOENT/);
  const path = join(dir, 'wrong.yaml');
  await writeFile(path, 'pre-backup: [{command: []}]\npost-lunch: []\n');
  await expect(readHooks(path)).rejects.toThrow(/pre-backup\.0\.command: .*; .*post-lunch/);
  expect(await readHooks(undefined)).toBe(noHooks);
});
