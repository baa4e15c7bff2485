import type { Client } from '@holdfast/client';
import { HoldfastError } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { backedUp, progress, run, validated, VALIDATION_RUN } from '../../test/builders.ts';
import { connectTo, call } from '../../test/fake-client.ts';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { runCli } from '../run-cli.ts';

/** Runs `create` with a run that ends when `finish` is called, and answers when it is being watched. */
async function creating(
  kind: 'server' | 'local',
  columns?: number,
  answers?: readonly (string | undefined)[],
) {
  const terminal = fakeTerminal({
    ...(columns === undefined ? {} : { columns }),
    ...(answers === undefined ? {} : { answers }),
  });
  const asked = Promise.withResolvers<void>();
  const { ask } = terminal;
  Object.assign(terminal, {
    ask: (question: string) => {
      asked.resolve();
      return ask(question);
    },
  });
  const cancelRun = vi.fn<Client['cancelRun']>(async () => run());
  const watched = Promise.withResolvers<Parameters<Client['watchRun']>[1]>();
  const finished = Promise.withResolvers<void>();
  const methods: Partial<Client> = {
    createBackup: async () => run(),
    cancelRun,
    watchRun: async (_id, options) => {
      watched.resolve(options);
      await Promise.race([
        finished.promise,
        new Promise((resolve) => options?.signal?.addEventListener('abort', resolve)),
      ]);
      if (!options?.signal?.aborted) return backedUp();
      return run({ state: 'cancelled', error: { code: 'cancelled', message: 'It was stopped.' } });
    },
  };
  const code = runCli(['create'], terminal, connectTo(methods, kind));
  const options = await watched.promise;
  return { terminal, code, options, asked: asked.promise, cancelRun, finish: () => finished.resolve() };
}

test('Ctrl-C where nobody can be asked: the run is left alone, and how to watch or cancel it', async () => {
  const { terminal, code, options, finish } = await creating('server');
  terminal.interrupt();
  expect(terminal.err()).toContain('The backup goes on without this command');
  expect(terminal.err()).toContain('backup-admin runs show 1a2b3c4d --watch');
  expect(terminal.err()).toContain('backup-admin runs cancel 1a2b3c4d');
  expect(options?.signal?.aborted).toBe(false);
  expect(terminal.exits).toEqual([130]);
  finish();
  await code;
});

test.each([
  ['l', 'goes on without this command', [130], 0],
  ['', 'goes on without this command', [130], 0],
  [undefined, 'goes on without this command', [130], 0],
  ['s', undefined, [], 0],
  ['c', 'is asked to stop', [], 1],
])('Ctrl-C on a terminal asks what is meant; answered %j', async (answer, told, exits, cancelled) => {
  const { terminal, code, finish, asked, cancelRun } = await creating('server', 80, [answer]);
  terminal.interrupt();
  await asked;
  expect(terminal.questions[0]).toContain('Leave it, cancel it, or stay?');
  if (told !== undefined) await expect.poll(() => terminal.err()).toContain(told);
  expect(terminal.exits).toEqual(exits);
  expect(cancelRun).toHaveBeenCalledTimes(cancelled);
  finish();
  expect(await code).toBe(0);
});

test('a cancellation that is refused is told, and the run followed on', async () => {
  const { terminal, code, finish, asked, cancelRun } = await creating('server', 80, ['c']);
  cancelRun.mockRejectedValueOnce(new HoldfastError('forbidden', 'This token may not.'));
  terminal.interrupt();
  await asked;
  await expect.poll(() => terminal.err()).toContain('could not be asked to stop: This token may not.');
  finish();
  expect(await code).toBe(0);
});

test('a second Ctrl-C leaves at once', async () => {
  const { terminal, code, finish } = await creating('local');
  terminal.interrupt();
  terminal.interrupt();
  expect(terminal.exits).toEqual([130]);
  finish();
  await code;
});

test('Ctrl-C without a server cancels', async () => {
  const { terminal, code, options } = await creating('local');
  terminal.interrupt();
  expect(options?.signal?.aborted).toBe(true);
  expect(await code).toBe(1);
  expect(terminal.err()).toContain('The backup was cancelled [cancelled]');
});

test('after the run Ctrl-C is nobody’s business of ours', async () => {
  const { terminal, code, finish } = await creating('server');
  finish();
  await code;
  terminal.interrupt();
  expect(terminal.err()).not.toContain('goes on');
});

test('into a pipe: a line per phase on stderr, the result alone on stdout', async () => {
  const { terminal, code, options, finish } = await creating('server');
  options?.onProgress?.(progress({ phase: 'preparing', estimatedBytes: undefined }));
  for (const rawBytes of [1, 2, 3]) options?.onProgress?.(progress({ rawBytes }));
  options?.onRun?.(run({ state: 'running', attempt: 1, failures: 1 }));
  options?.onProgress?.(
    progress({ phase: 'waiting-for-lock', estimatedBytes: undefined, detail: 'pid 7\u001b[2J' }),
  );
  finish();
  await code;
  expect(terminal.err().split('\n')).toEqual([
    '· preparing',
    '· dumping, about 50.1 MB',
    '! attempt 1 did not succeed; it is tried again',
    '· waiting for a lock: pid 7\u{fffd}[2J',
    '',
  ]);
  expect(terminal.out().startsWith('✓ Backed up toeic')).toBe(true);
});

test('--json and --quiet keep stdout and stderr apart', async () => {
  const methods: Partial<Client> = {
    createBackup: async () => run(),
    watchRun: async (_id, options) => {
      options?.onProgress?.(progress());
      return backedUp();
    },
  };
  const json = await call('create --json', methods);
  expect(JSON.parse(json.out)).toHaveProperty('run');
  expect(json.err).toBe('· dumping, about 50.1 MB\n');
  expect((await call('create --quiet', methods)).err).toBe('');
});

test('a gateway that stays away: the run may well go on, exit 6', async () => {
  const watchRun = () =>
    Promise.reject(new HoldfastError('gateway_unreachable', 'Cannot reach it. Is it running?'));
  const { code, err } = await call('create', { createBackup: async () => run(), watchRun });
  expect(code).toBe(6);
  expect(err).toContain('Lost sight of the backup, which may well go on [gateway_unreachable]');
  expect(err).toContain('backup-admin runs show 1a2b3c4d --watch');
});

test('the validation that follows may need a moment to appear', async () => {
  const watchRun = vi
    .fn<Client['watchRun']>()
    .mockResolvedValueOnce(backedUp({ validationRun: VALIDATION_RUN }))
    .mockRejectedValueOnce(new HoldfastError('run_not_found', 'No such run.'))
    .mockResolvedValueOnce(validated());
  const { code, out } = await call('create --validate', { createBackup: async () => run(), watchRun });
  expect(code).toBe(0);
  expect(out).toContain('valid (structure');
});

test('a validation that never appears is told, and so is that the backup is there', async () => {
  const terminal = fakeTerminal();
  const watchRun: Client['watchRun'] = async (id) => {
    if (id !== VALIDATION_RUN) return backedUp({ validationRun: VALIDATION_RUN });
    terminal.advance(20_000);
    throw new HoldfastError('run_not_found', 'No such run.');
  };
  const connect = connectTo({ createBackup: async () => run(), watchRun });
  expect(await runCli(['create', '--validate', '--json'], terminal, connect)).toBe(6);
  expect(JSON.parse(terminal.out())).toMatchObject({
    error: {
      code: 'no_worker',
      message: expect.stringContaining('is made, but nobody began to validate it'),
    },
    run: { backup: {} },
  });
});
