import type { Client } from '@holdfast/client';
import { expect, test, vi } from 'vitest';
import { backup, restored, run, status } from '../../test/builders.ts';
import { call } from '../../test/fake-client.ts';
import { shown } from '../../test/fake-terminal.ts';

const scene = () => {
  const createRestore = vi.fn<Client['createRestore']>(async () => run());
  const deleteBackup = vi.fn<Client['deleteBackup']>(async () => run({ kind: 'removal' }));
  const undoRestore = vi.fn<Client['undoRestore']>(async () => run({ kind: 'undo' }));
  const methods: Partial<Client> = {
    createRestore,
    deleteBackup,
    undoRestore,
    getBackup: async () => backup(),
    getStatus: async () =>
      status({ databases: [{ id: 'toeic', name: 'TOEIC live', workers: 1, backups: 1, sizeBytes: 1 }] }),
    getRun: async () => restored(),
    listRuns: async () => ({ runs: [restored()] }),
    watchRun: async () => restored(),
  };
  return { createRestore, deleteBackup, undoRestore, methods };
};

test.each([
  ['swap', 'restore --file x'],
  ['in-place', 'restore --file x --mode in-place --no-safety-backup'],
  ['in-place-keep', 'restore --file x --mode in-place --keep-extra'],
  ['new', 'restore --file x --to copy'],
])('the question before a restore, mode %s', async (name, line) => {
  const { methods } = scene();
  const { err, terminal } = await call(line, methods, { columns: 100, answers: [undefined] });
  const asked = `${shown(err).split('✗')[0] ?? ''}${terminal.questions.join('\n')}\n`;
  await expect(asked).toMatchFileSnapshot(`../../test/golden/ask-restore-${name}.txt`);
});

test("the database's name lets it go on", async () => {
  const { methods, createRestore } = scene();
  const { code } = await call('restore --file x', methods, { columns: 80, answers: ['TOEIC live '] });
  expect(code).toBe(0);
  expect(createRestore).toHaveBeenCalledTimes(1);
});

test.each([
  ['another word', 'toeic'],
  ['yes', 'yes'],
  ['an empty line', ''],
  ['Ctrl-C', undefined],
])('%s does nothing', async (_name, answer) => {
  const { methods, createRestore } = scene();
  const { code, err } = await call('restore --file x', methods, { columns: 80, answers: [answer] });
  expect(code).toBe(1);
  expect(err).toContain('Nothing was done [cancelled]');
  expect(createRestore).not.toHaveBeenCalled();
});

test.each([
  ['nobody can be asked', 'restore --file x', {}],
  ['--json stands for a script', 'restore --file x --json', { columns: 80, answers: ['TOEIC live'] }],
  ['a deletion, too', 'delete --file x', {}],
  ['an undo, too', 'undo --run 1a2b3c4d', {}],
])('%s: confirmation_required, exit 2', async (_name, line, options) => {
  const { methods, createRestore, deleteBackup, undoRestore } = scene();
  const { code, out, err } = await call(line, methods, options);
  expect(code).toBe(2);
  expect(out + err).toContain('confirmation_required');
  for (const destructive of [createRestore, deleteBackup, undoRestore])
    expect(destructive).not.toHaveBeenCalled();
});

test.each([
  ['restore --file x --yes', 'createRestore'],
  ['delete --file x --yes', 'deleteBackup'],
  ['undo --run 1a2b3c4d --yes', 'undoRestore'],
] as const)('%s does not ask', async (line, method) => {
  const made = scene();
  const { code, terminal } = await call(line, made.methods, { columns: 80, answers: [] });
  expect([code, terminal.questions]).toEqual([0, []]);
  expect(made[method]).toHaveBeenCalledTimes(1);
});
