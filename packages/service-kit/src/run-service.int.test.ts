import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'hf-run-service-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A real process, as signals and exit codes belong to one. */
async function runScript(body: string, signals: readonly NodeJS.Signals[]) {
  const file = join(dir, `${Math.abs(body.length)}-${signals.length}.ts`);
  writeFileSync(
    file,
    `import { runService, ConfigError } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};\n${body}`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const said = (word: string) =>
    new Promise<void>((resolve) => {
      child.stdout.on('data', () => output.includes(word) && resolve());
      if (output.includes(word)) resolve();
    });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  for (const [index, signal] of signals.entries()) {
    await said(index === 0 ? 'up' : 'draining');
    child.kill(signal);
  }
  const [code] = (await once(child, 'close')) as [number | null]; // 'close' gives the exit code first
  return { code, output };
}

const SERVICE = (stop: string) => `
runService(async () => { setInterval(() => undefined, 1000); console.log('up'); return { name: 'x', stop: async () => { console.log('draining'); ${stop} } }; });`;

test('the first signal drains, exit 0', async () => {
  const { code, output } = await runScript(SERVICE(`console.log('drained');`), ['SIGTERM']);
  expect(code).toBe(0);
  expect(output).toContain('drained');
});

test('the second signal exits at once', async () => {
  const { code } = await runScript(SERVICE(`await new Promise(() => undefined);`), ['SIGINT', 'SIGINT']);
  expect(code).toBe(1);
});

test('wrong settings: the message alone, exit 2', async () => {
  const { code, output } = await runScript(
    `runService(() => { throw new ConfigError('PORT is missing.'); });`,
    [],
  );
  expect(code).toBe(2);
  expect(output.trim()).toBe('PORT is missing.');
});
