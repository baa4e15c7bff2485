import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@holdfast/client';
import { HoldfastError } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backup } from '../../test/builders.ts';
import { call, connectTo } from '../../test/fake-client.ts';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { content, given, serving, sha256 } from '../../test/serving.ts';
import { runCli } from '../run-cli.ts';

// Exports that are not a copy of a stored file. What they are when all goes well, the tests of --local show.

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-cli-export-'));
});
afterEach(() => rm(dir, { recursive: true }));

const incremental = backup({
  type: 'incremental',
  filename: 'toeic_20261124T155700Z_incremental_1a2b3c4d.hfd',
  parent: 'toeic_20261123T155700Z_full_00000000',
  sha256,
  sizeBytes: content.length,
});
const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

test('--as-is copies the stored file of an incremental, and says what it is read with', async () => {
  const { methods } = serving(content);
  const getBackup = async () => incremental;
  const { code, out } = await call(`export --file x --output ${dir} --as-is`, { ...methods, getBackup });
  expect(code).toBe(0);
  expect(out).toContain(`export --file ${incremental.parent} --as-is`);
  expect(await readFile(join(dir, incremental.filename))).toEqual(content);
});

test('--encrypt-to encrypts a stored file on its way, over broken connections too', async () => {
  const { starts, methods } = serving(content, [1_000]);
  const { code, out } = await call(
    `export --file x --output ${dir} --encrypt-to ${RECIPIENT} --json`,
    methods,
  );
  expect([code, starts]).toEqual([0, [0, 1_000]]);
  const name = `${given.filename}.age`;
  expect(await readdir(dir)).toEqual([name]);
  const file = await readFile(join(dir, name));
  expect(file.toString('latin1', 0, 32)).toBe('age-encryption.org/v1\n-> X25519 ');
  expect(JSON.parse(out)).toMatchObject({
    output: join(dir, name),
    content: 'stored',
    sizeBytes: file.length,
    sha256: createHash('sha256').update(file).digest('hex'),
  });
});

test('--encrypt-to of a file that changed on its way leaves nothing', async () => {
  const { methods } = serving(Buffer.from(content).fill(7, 9, 10));
  const { code, err } = await call(`export --file x --output ${dir} --encrypt-to ${RECIPIENT}`, methods);
  expect(code).toBe(4);
  expect(err).toContain('archive_corrupt');
  expect(await readdir(dir)).toEqual([]);
});

test('--encrypt-to what is no recipient asks nobody', async () => {
  const { code, err } = await call(`export --file x --output ${dir} --encrypt-to age1x`);
  expect([code, err]).toEqual([2, expect.stringContaining('[key_invalid]')]);
});

const body = (
  bytes: Uint8Array,
  end: (controller: ReadableStreamDefaultController) => void | Promise<void>,
) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(bytes)),
    pull: end,
  });

test.each([
  [
    'the server cannot read it',
    () => Promise.reject(new HoldfastError('key_missing', 'No key; go without the server: --local.')),
    5,
    'key_missing',
  ],
  [
    'the connection breaks off',
    async () => new Response(body(content, (controller) => controller.error(new TypeError('terminated')))),
    6,
    'The server broke off while it sent',
  ],
  [
    'what comes is no archive',
    async () => new Response(body(content, (controller) => controller.close())),
    4,
    'archive_corrupt',
  ],
  ['nothing comes', async () => new Response(null), 4, 'archive_truncated'],
])('%s: nothing stays of an incremental', async (_name, exportBackup, exit, said) => {
  const methods = { getBackup: async () => incremental, exportBackup };
  const { code, err } = await call(`export --file x --output ${dir}`, methods);
  expect([code, err]).toEqual([exit, expect.stringContaining(said)]);
  expect(await readdir(dir)).toEqual([]);
});

test('the answer of a server is let go when its file cannot be written', async () => {
  const cancelled = vi.fn<() => void>();
  const path = join(dir, 'copy');
  await writeFile(path, 'mine');
  const exportBackup = async () => new Response(new ReadableStream({ cancel: cancelled }));
  const methods = { getBackup: async () => incremental, exportBackup };
  expect((await call(`export --file x --output ${path}`, methods)).err).toContain('name_taken');
  expect(cancelled).toHaveBeenCalledTimes(1);
});

test('Ctrl-C while a server makes it', async () => {
  const exportBackup: Client['exportBackup'] = async (_input, { signal } = {}) => {
    const stopped = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error)); // what the verb aborts with
    });
    return new Response(body(content.subarray(0, 10), () => stopped));
  };
  const terminal = fakeTerminal();
  const connect = connectTo({ getBackup: async () => incremental, exportBackup });
  const ended = runCli(['export', '--file', 'x', '--output', dir], terminal, connect);
  await expect.poll(() => terminal.err()).toContain('copying');
  await expect.poll(() => readdir(dir)).toHaveLength(1);
  terminal.interrupt();
  expect(await ended).toBe(1);
  expect(terminal.err()).toContain('begins anew');
  expect(await readdir(dir)).toEqual([]);
});
