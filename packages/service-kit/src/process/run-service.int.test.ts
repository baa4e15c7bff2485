import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('../../test/service-under-test.ts', import.meta.url));

/** A real process; `until` waits for a line of its stdout. */
function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })); // as documented
  const until = async (line: string): Promise<void> => {
    while (!stdout.split('\n').includes(line)) await once(child.stdout, 'data');
  };
  return { child, ended, until };
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s drains in order and ends well', async (signal) => {
  const service = run({ BEHAVIOUR: 'well' });
  await service.until('started');
  service.child.kill(signal);
  expect(await service.ended).toEqual({
    code: 0,
    stdout: 'started\nnot ready\nfinishing\npool closed\n',
    stderr: '',
  });
});

test('a second signal exits at once', async () => {
  const service = run({ BEHAVIOUR: 'hang' });
  await service.until('started');
  service.child.kill('SIGTERM');
  await service.until('finishing');
  service.child.kill('SIGINT');
  const { code, stdout } = await service.ended;
  expect(code).toBe(130);
  expect(stdout).not.toContain('pool closed');
});

test('the deadline ends a drain that hangs', async () => {
  const service = run({ BEHAVIOUR: 'hang', DEADLINE_MS: '100' });
  await service.until('started');
  service.child.kill('SIGTERM');
  const { code, stdout } = await service.ended;
  expect(code).toBe(1);
  expect(stdout).toContain('not drained within 100 ms');
});

test('a signal during the start drains as soon as it has started', async () => {
  const service = run({ BEHAVIOUR: 'late' });
  await service.until('starting');
  service.child.kill('SIGTERM');
  expect(await service.ended).toMatchObject({
    code: 0,
    stdout: 'starting\nstarted\nnot ready\nfinishing\npool closed\n',
  });
});

test.each([
  ['throw', 'lost in a callback'],
  ['reject', 'lost in a promise'],
])('what nobody caught (%s) is logged as fatal and ends the process', async (BEHAVIOUR, message) => {
  const { code, stdout } = await run({ BEHAVIOUR }).ended;
  expect(code).toBe(1);
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as unknown;
  expect(last).toMatchObject({ level: 'fatal', service: 'under-test', err: { message } });
});

test('a start that fails is logged without its secret and ends with 1', async () => {
  const { code, stdout } = await run({ BEHAVIOUR: 'no-start' }).ended;
  expect(code).toBe(1);
  expect(stdout).toContain('the bus at nats://app:[redacted]@bus does not answer');
});

test('a stop that fails ends with 1', async () => {
  const service = run({ BEHAVIOUR: 'no-stop' });
  await service.until('started');
  service.child.kill('SIGTERM');
  const { code, stdout } = await service.ended;
  expect(code).toBe(1);
  expect(stdout).toContain('cannot stop');
});

test('settings that cannot be used: the message alone on stderr, exit code 2', async () => {
  const { code, stdout, stderr } = await run({ BEHAVIOUR: 'oddly' }).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    'A setting cannot be used:\n  BEHAVIOUR: "oddly" does not fit: Invalid option: expected one of ' +
      '"well"|"hang"|"throw"|"reject"|"no-start"|"late"|"no-stop"; for example BEHAVIOUR=well\n',
  );
});
