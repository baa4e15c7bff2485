import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aStack, docker, dockerObstacle, ensureImage, type Stack } from './docker.ts';

const obstacle = await dockerObstacle();
const LIMIT_MS = 2_400_000;
const FILES = ['docker-compose.yml', 'docker-compose.cluster.yml'];

describe.skipIf(obstacle)(`cluster (${obstacle ?? 'a Docker engine answers'})`, { timeout: LIMIT_MS }, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = aStack('hf-cluster', await ensureImage(), FILES, ['sample']);
    await stack.compose('up', '--detach', '--wait', '--no-build');
  }, LIMIT_MS);
  afterAll(() => stack.remove(), LIMIT_MS);

  /** Ends one container the hard way while `work` goes on, and starts it again afterwards. */
  async function losing(service: string, work: Promise<unknown>): Promise<void> {
    const [victim = ''] = await stack.containersOf(service);
    await docker('kill', '--signal', 'KILL', victim);
    await work;
    await docker('start', victim);
  }
  const outcomes = async (): Promise<number> =>
    [...(await stack.cli('runs', 'list', '--json')).matchAll(/"state":\s*"(?:completed|failed)"/g)].length;

  test.for(['nats', 'nats-2', 'nats-3', 'backup-worker', 'validator', 'history', 'scheduler'])(
    'one %s is lost during a backup: it ends once, and well',
    async (service) => {
      const before = await outcomes();
      await losing(service, stack.cli('create', '--database', 'toeic'));
      expect(await outcomes()).toBeGreaterThan(before);
    },
  );

  test.for(['nats-2', 'backup-worker'])('one %s is lost during a restore', async (service) => {
    const [, file = ''] = /"filename":\s*"([^"]+)"/.exec(await stack.cli('list', '--json')) ?? [];
    const before = await outcomes();
    await losing(service, stack.cli('restore', '--file', file, '--yes', '--safety-backup'));
    expect(await outcomes()).toBeGreaterThan(before);
  });
});
