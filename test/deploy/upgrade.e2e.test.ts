import { isTerminal } from '@holdfast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aStack, dockerObstacle, ensureImage, ensurePreviousImage, type Stack } from './docker.ts';
import { asker, gatewayOf } from './gateway.ts';
import { eventsOf, outcomesOf } from './outcomes.ts';
import { fillSample } from './sample.ts';

const obstacle = await dockerObstacle();
const LIMIT_MS = 2_400_000;
const FILES = ['docker-compose.yml', 'test/deploy/slow.yml'];
/** As docs/operations.md has it. */
const ORDER = ['history', 'backup-worker', 'validator', 'retention', 'scheduler', 'notifier', 'api-gateway'];
const TWO_WORKERS = ['--scale', 'backup-worker=2'];

describe.skipIf(obstacle)(`upgrade (${obstacle ?? 'a Docker engine answers'})`, { timeout: LIMIT_MS }, () => {
  let before: Stack;
  let after: Stack;
  beforeAll(async () => {
    before = aStack('hf-upgrade', await ensurePreviousImage(), FILES);
    after = aStack('hf-upgrade', await ensureImage(), FILES);
    await before.compose('up', '--detach', '--wait', '--no-build', ...TWO_WORKERS);
    await fillSample(before);
  }, LIMIT_MS);
  afterAll(() => after.remove(), LIMIT_MS);

  test('from the previous commit to this one, service by service, while backups are asked for: nothing is lost', async () => {
    const upgraded = new AbortController();
    const work = asking(after, upgraded.signal);
    const first = await work.first;
    const told = await eventsOf(before);
    await after.compose('run', '--rm', '--no-deps', 'secrets');
    await after.compose('kill', '--signal', 'HUP', 'nats');
    await expect.poll(() => after.compose('logs', 'nats')).toContain('Reloaded server configuration');
    await after.compose('run', '--rm', '--no-deps', 'provision');
    const images: string[] = [];
    for (const service of ORDER) {
      // Compose takes the scale only of a service that it is to bring up.
      const scale = service === 'backup-worker' ? TWO_WORKERS : [];
      await after.compose('up', '--detach', '--wait', '--no-build', '--no-deps', ...scale, service);
      images.push(await after.compose('images', '--quiet', service));
    }
    upgraded.abort();
    const runs = await work.all;

    expect(new Set(images.flatMap((lines) => lines.split('\n'))).size).toBe(1);
    expect(runs.length).toBeGreaterThan(1);
    expect(runs).toContain(first);
    const now = await eventsOf(after);
    expect(now.slice(0, told.length)).toEqual(told);
    for (const run of runs) expect(outcomesOf(run, now)).toEqual(['backup.completed']);
    const { backups, historyAvailable } = await (await gatewayOf(after)).listBackups({});
    expect(historyAvailable).toBe(true);
    expect(backups.map(({ run }) => run)).toEqual(expect.arrayContaining([...runs]));
    // What the previous release wrote, this one reads to its last byte.
    const oldest = backups.find(({ run }) => run === first);
    const verdict = await after.cli('validate', '--file', oldest?.filename ?? '', '--level', 'restore');
    expect(verdict).toContain('proven');
  });
});

/** One backup after another until `stop`; what a gateway that is away refuses is asked again, as a client would. */
function asking(stack: Stack, stop: AbortSignal) {
  const answer = asker(stack);
  const first = Promise.withResolvers<string>();
  const all = (async () => {
    const runs: string[] = [];
    for (let turn = 0; !stop.aborted; turn += 1) {
      const key = { idempotencyKey: `turn-${turn}`, respondAsync: true };
      const asked = await answer(
        (gateway) => gateway.createBackup({ database: 'toeic' }, key),
        'a backup to be taken on',
      );
      runs.push(asked.id);
      first.resolve(asked.id);
      await answer(async (gateway) => {
        const run = await gateway.getRun({ run: asked.id });
        return isTerminal(run.state) ? run : undefined;
      }, `the end of run ${asked.id}`);
    }
    return runs;
  })();
  // Awaited at the end; a failure before that is the same one.
  all.catch(first.reject);
  return { first: first.promise, all };
}
