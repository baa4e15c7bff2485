import { randomUUID } from 'node:crypto';
import type { CallOptions } from '@holdfast/client';
import { isTerminal, type Run } from '@holdfast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aStack, docker, dockerObstacle, ensureImage, type Stack } from './docker.ts';
import { eventually } from './eventually.ts';
import { asker } from './gateway.ts';
import { eventsOf, outcomesOf } from './outcomes.ts';
import { fillSample } from './sample.ts';

const obstacle = await dockerObstacle();
const LIMIT_MS = 2_400_000;
const FILES = ['docker-compose.yml', 'docker-compose.cluster.yml', 'test/deploy/slow.yml'];
const NODES = ['nats', 'nats-2', 'nats-3'];
const SERVICES = [
  'backup-worker',
  'validator',
  'retention',
  'notifier',
  'history',
  'scheduler',
  'api-gateway',
];

describe.skipIf(obstacle)(`cluster (${obstacle ?? 'a Docker engine answers'})`, { timeout: LIMIT_MS }, () => {
  let stack: Stack;
  let answer: ReturnType<typeof asker>;
  beforeAll(async () => {
    stack = aStack('hf-cluster', await ensureImage(), FILES);
    await stack.compose('up', '--detach', '--wait', '--no-build');
    await fillSample(stack);
    answer = asker(stack);
  }, LIMIT_MS);
  afterAll(() => stack.remove(), LIMIT_MS);

  const seen = (run: string, isWanted: (run: Run) => boolean, what: string): Promise<Run> =>
    answer(async (gateway) => {
      const found = await gateway.getRun({ run });
      return isWanted(found) ? found : undefined;
    }, `run ${run}: ${what}`);

  /**
   * Ends one container the hard way while a run goes on, and starts it again when the run is over. A run that was over
   * before its container was gone shows nothing: then another is asked for.
   */
  async function losing(service: string, ask: (key: CallOptions) => Promise<Run>): Promise<Run> {
    for (let turn = 0; turn < 5; turn += 1) {
      const asked = await ask({ idempotencyKey: randomUUID(), respondAsync: true });
      const { worker } = await seen(asked.id, (run) => run.state !== 'requested', 'a worker to begin');
      const containers = await stack.containersOf(service);
      const victim = containers.find((id) => worker?.startsWith(id.slice(0, 12))) ?? containers[0];
      if (victim === undefined) throw new Error(`no container of ${service} runs`);
      await docker('kill', '--signal', 'KILL', victim);
      const goneAt = new Date();
      const over = await seen(asked.id, (run) => isTerminal(run.state), 'its end');
      await docker('start', victim);
      await allCurrent(stack);
      const hadIt = service !== 'backup-worker' || worker?.startsWith(victim.slice(0, 12));
      if (hadIt && new Date(over.endedAt ?? 0) > goneAt) return over;
    }
    throw new Error(`every run was over before ${service} was gone; BACKUP_MAX_RATE in slow.yml is too high`);
  }

  /** The record is terminal just before its event is published. */
  const published = (run: string): Promise<readonly string[]> =>
    eventually(async () => {
      const found = await eventsOf(stack).catch(() => []); // no leader yet
      const outcomes = outcomesOf(run, found);
      return outcomes.length > 0 ? outcomes : undefined;
    }, 'the outcome to be published');

  test.for([...NODES, ...SERVICES])(
    'one %s is lost during a backup: it ends once, and well',
    async (service) => {
      const over = await losing(service, (key) =>
        answer((gateway) => gateway.createBackup({ database: 'toeic' }, key), 'a backup to be taken on'),
      );
      expect(over.state).toBe('completed');
      expect(await published(over.id)).toEqual(['backup.completed']);
      if (service === 'backup-worker') expect(over.attempt).toBe(2);
      const { backups } = await answer((gateway) => gateway.listBackups({}), 'the list');
      expect(backups.filter(({ run }) => run === over.id)).toHaveLength(1);
    },
  );

  test.for([...NODES, ...SERVICES])(
    'one %s is lost during a restore: it ends once, and well',
    async (service) => {
      const { backups } = await answer((gateway) => gateway.listBackups({}), 'the list');
      const [backup] = backups;
      if (backup === undefined) throw new Error('nothing is listed');
      const over = await losing(service, (key) =>
        answer(
          (gateway) => gateway.createRestore({ filename: backup.filename, safetyBackup: false }, key),
          'a restore to be taken on',
        ),
      );
      expect(over.state).toBe('completed');
      expect(await published(over.id)).toEqual(['restore.completed']);
    },
  );
});

const UNTIL_CURRENT = `
const isCurrent = async (node) => {
  const answer = await fetch('http://' + node + ':8222/healthz').catch(() => undefined);
  return answer?.ok ?? false;
};
for (;;) {
  const current = await Promise.all(${JSON.stringify(NODES)}.map(isCurrent));
  if (current.every(Boolean)) break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}`;

/** Every node has caught up: only then may the next be lost. */
const allCurrent = (stack: Stack): Promise<string> => stack.module('scheduler', UNTIL_CURRENT);
