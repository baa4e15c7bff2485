import type { Client } from '@holdfast/client';
import { HoldfastError, type BackupContents } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { backup } from '../../test/builders.ts';
import { call, connectTo } from '../../test/fake-client.ts';
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { runCli } from '../run-cli.ts';

const contents: BackupContents = {
  filename: backup().filename,
  kind: 'tar',
  entries: [
    { kind: 'TABLE', schema: 'b', name: 'two', owner: 'o' },
    { kind: 'TABLE', schema: 'a', name: 'one', owner: 'o' },
    { kind: 'TABLE DATA', schema: 'b', name: 'two', owner: 'o', sizeBytes: 5 },
  ],
  dataBytes: 5,
};

test.each([
  ['', { filename: 'x' }],
  [' --sizes', { filename: 'x', sizes: '1' }],
])('contents%s asks for %o, and --json is the whole answer', async (flags, asked) => {
  const getBackupContents = vi.fn<Client['getBackupContents']>(async () => contents);
  const { code, out } = await call(`contents --file x${flags} --json`, { getBackupContents });
  expect([code, JSON.parse(out)]).toEqual([0, contents]);
  expect(getBackupContents).toHaveBeenCalledWith(asked, { signal: expect.any(AbortSignal) });
});

test("rows come in the dump's order, alone with --quiet", async () => {
  const { out } = await call('contents --file x --sizes --quiet', {
    getBackupContents: async () => contents,
  });
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['KIND', 'SCHEMA', 'NAME', 'OWNER', 'DATA'],
    ['TABLE', 'b', 'two', 'o'],
    ['TABLE', 'a', 'one', 'o'],
    ['TABLE DATA', 'b', 'two', 'o', '5 B'],
    [''],
  ]);
});

test('data whose size nobody knows is said to be that', async () => {
  const { dataBytes: _, ...unknown } = contents;
  const { out } = await call('contents --file x --sizes', { getBackupContents: async () => unknown });
  expect(out).toContain('3 entries, 2 tables, data of unknown size, in the tar format');
});

test('a server without the key or the tools', async () => {
  for (const [code, exit] of [
    ['key_missing', 5],
    ['tools_missing', 1],
  ] as const) {
    const getBackupContents = () => Promise.reject(new HoldfastError(code, 'It cannot; go without it.'));
    expect((await call('contents --file x', { getBackupContents })).code).toBe(exit);
  }
});

test('Ctrl-C', async () => {
  const asked = Promise.withResolvers<void>();
  const getBackupContents: Client['getBackupContents'] = (_input, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error)); // what the verb aborts with
      asked.resolve();
    });
  const terminal = fakeTerminal();
  const ended = runCli(['contents', '--file', 'x'], terminal, connectTo({ getBackupContents }));
  await asked.promise;
  terminal.interrupt();
  expect([await ended, terminal.err()]).toEqual([1, expect.stringContaining('[cancelled]')]);
});
