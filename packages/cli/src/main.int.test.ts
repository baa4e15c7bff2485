import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backup } from '../test/builders.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const run = promisify(execFile);

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hf-cli-main-'));
});
afterAll(() => rm(home, { recursive: true }));

const env = (more: Record<string, string> = {}) => ({
  PATH: process.env['PATH'] ?? '',
  HOLDFAST_HOME: home,
  ...more,
});

/** Prints every module that is asked for to stderr. */
const TELL_MODULES = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ resolve(name, context, next) { process.stderr.write(name + '\\n'); return next(name, context); } });`,
)}`;

test.each([['--help'], ['--version'], ['create', '--help'], ['help', 'runs'], ['version']])(
  'neither zod nor client nor contracts are loaded for %s %s',
  async (...argv) => {
    const { stdout, stderr } = await run(process.execPath, ['--import', TELL_MODULES, MAIN, ...argv], {
      env: env(),
    });
    const modules = stderr.split('\n');
    expect(stdout).not.toBe('');
    expect(modules).toContain('commander');
    expect(modules.filter((name) => /zod|@holdfast|commands\/(list|restore)/.test(name))).toEqual([]);
  },
);

test('no server: three lines, exit 6', async () => {
  const failed = run(process.execPath, [MAIN, 'list', '--url', 'http://127.0.0.1:9'], { env: env() });
  await expect(failed).rejects.toMatchObject({
    code: 6,
    stdout: '',
    stderr: expect.stringMatching(
      /^✗ The backups could not be listed \[gateway_unreachable\]\n {2}cause .*\n {2}next .*\n$/,
    ),
  });
});

test('a reader that goes away early (| head) is no failure', async () => {
  const body = JSON.stringify({
    backups: Array.from({ length: 5_000 }, () => backup()),
    problems: [],
    total: 5_000,
    historyAvailable: true,
  });
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(body),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  try {
    const shell = `"${process.execPath}" "${MAIN}" list --url http://127.0.0.1:${port} | head -n 1; echo "exit \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['--norc', '-c', shell], {
      env: env({ HOLDFAST_TOKEN: 'hf_x' }),
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^FILE .*\nexit 0\n$/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('SIGTERM before anything was asked for ends it as the system does', async () => {
  const server = createServer(() => undefined); // never answers
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const child = spawn(process.execPath, [MAIN, 'list', '--url', `http://127.0.0.1:${port}`], {
    env: env(),
    stdio: 'ignore',
  });
  await new Promise((resolve) => server.once('request', resolve));
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGTERM');
  server.closeAllConnections();
  server.close();
});
