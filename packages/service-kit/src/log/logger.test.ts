import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function memory() {
  const lines: string[] = [];
  return { lines, write: (line: string) => void lines.push(line) };
}

test('writes one object a line with service, level and time', () => {
  const destination = memory();
  createLogger({ service: 'history', level: 'info', destination }).info({ position: 7 }, 'caught up');
  const [line = ''] = destination.lines;
  expect(JSON.parse(line)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    service: 'history',
    position: 7,
    msg: 'caught up',
  });
});

test.each([
  ['it ends by itself', '', 0],
  ['it exits at once', 'process.exit(3);', 3],
  ['it throws', 'throw new Error("nobody catches this");', 1],
])('on standard output every line is whole and the last one is there when %s', async (_name, end, code) => {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL('logger.ts', import.meta.url).href)};
    const log = createLogger({ service: 'one', level: 'info', pretty: false });
    const other = createLogger({ service: 'two', level: 'info', pretty: false });
    log.info('before');
    setTimeout(() => {
      for (let number = 0; number < 50; number += 1) log.info({ number, much: 'x'.repeat(5_000) }, 'many');
      other.error('last');
      ${end}
    }, 5);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  expect(await once(child, 'close')).toEqual([code, null]);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly number?: number });
  expect(lines.map(({ msg, number }) => number ?? msg)).toEqual([
    'before',
    ...Array.from({ length: 50 }, (_, number) => number),
    'last',
  ]);
});

test('a process goes on when whoever read its standard output is gone', async () => {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL('logger.ts', import.meta.url).href)};
    const log = createLogger({ service: 'one', level: 'info', pretty: false });
    let count = 0;
    const timer = setInterval(() => {
      log.info('line');
      if ((count += 1) === 10) clearInterval(timer);
    }, 10);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('below its level nothing is written', () => {
  const destination = memory();
  const log = createLogger({ service: 'history', level: 'warn', destination });
  log.info('not this');
  log.warn('this');
  expect(destination.lines).toHaveLength(1);
});

test('secrets do not get out: in fields, deep down, in messages, in errors and in children', () => {
  const destination = memory();
  const log = createLogger({ service: 'history', level: 'info', destination });
  const cause = new Error('cannot connect to postgres://app:hunter2@db/app');
  log.error({ err: new Error('no', { cause }), deep: [{ er: { password: 'hunter2' } }] }, 'password=hunter2');
  log.child({ token: 'hunter2' }).info('a child');
  expect(destination.lines).toHaveLength(2);
  const text = destination.lines.join('');
  expect(text).not.toContain('hunter2');
  expect(text).toContain('postgres://app:[redacted]@db/app');
  for (const line of destination.lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
});

test('a file is made private and appended to, readable by people if asked', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-log-'));
  try {
    const path = join(dir, 'logs', 'all.log');
    createLogger({ service: 'one', level: 'info', destination: path }).info('first');
    createLogger({ service: 'two', level: 'info', destination: path, pretty: true }).info(
      'token=x password=hunter2',
    );
    const text = await readFile(path, 'utf8');
    expect(text).toContain('"msg":"first"');
    expect(text).toMatch(/INFO.*password=\[redacted\]/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(dir, { recursive: true });
  }
});
