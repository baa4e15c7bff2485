import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aStack, dockerObstacle, ensureImage, type Stack } from './docker.ts';
import { eventually } from './eventually.ts';
import { panelQueries } from './observed.ts';

const obstacle = await dockerObstacle();
const LIMIT_MS = 1_800_000;

describe.skipIf(obstacle)(`compose (${obstacle ?? 'a Docker engine answers'})`, { timeout: LIMIT_MS }, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = aStack('hf-compose', await ensureImage(), ['docker-compose.yml'], ['sample']);
    await stack.compose('up', '--detach', '--wait', '--no-build');
  }, LIMIT_MS);
  afterAll(() => stack.remove(), LIMIT_MS);

  test('from nothing: the sample is backed up, proven by a drill, and restored', async () => {
    await stack.cli('create', '--database', 'toeic', '--compress', '--validate');
    const [backup] = filenamesIn(await stack.cli('list', '--json'));
    if (backup === undefined) throw new Error('nothing is listed');
    const drill = await stack.cli('validate', '--file', backup, '--level', 'restore');
    expect(drill).toContain('proven');
    expect(drill).not.toContain('same OS user');
    await stack.cli('restore', '--file', backup, '--yes', '--safety-backup');
    // The safety backup is one, too.
    expect(filenamesIn(await stack.cli('list', '--json')).length).toBeGreaterThan(1);
  });

  test('every panel of every dashboard shows something of it', async () => {
    const address = (await stack.compose('port', 'prometheus', '9090')).trim();
    for (const { from, expr } of await panelQueries()) {
      const shown = await eventually(async () => {
        const url = `http://${address}/api/v1/query?query=${encodeURIComponent(expr)}`;
        const answer = (await (await fetch(url)).json()) as Answer;
        if (answer.status !== 'success') throw new Error(`${from}: ${answer.error ?? 'no reason'}`);
        return answer.data?.result[0];
      }, from);
      expect(shown).toBeDefined();
    }
  });

  test('three workers, nothing but their number said', async () => {
    await stack.compose(
      'up',
      '--detach',
      '--wait',
      '--no-build',
      '--no-recreate',
      '--scale',
      'backup-worker=3',
    );
    expect(await stack.containersOf('backup-worker')).toHaveLength(3);
    await stack.cli('create', '--database', 'toeic');
  });

  test('what runs is not root and may not write to its image', async () => {
    const [worker = ''] = await stack.containersOf('backup-worker');
    expect(worker).not.toBe('');
    expect(await stack.compose('exec', '--no-TTY', 'backup-worker', 'id', '-u')).toBe('10001');
    await expect(stack.compose('exec', '--no-TTY', 'backup-worker', 'touch', '/app/x')).rejects.toThrow(
      'Read-only file system',
    );
    expect(await stack.compose('exec', '--no-TTY', 'backup-worker', 'stat', '-c', '%a', KEY)).toBe('600');
  });
});

const KEY = '/run/holdfast/backup-worker/backup-worker.nk';

/** What Prometheus answers; the shape is its own. */
type Answer = {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly unknown[] };
};

/** Out of the list's JSON, newest first. */
const filenamesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/"filename":\s*"([^"]+)"/g)].map(([, name = '']) => name)),
];
