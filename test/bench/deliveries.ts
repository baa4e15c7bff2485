/** What very many notifications that wait cost a notifier. `node test/bench/deliveries.ts [count]` runs it alone. */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverySchema } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { z } from 'zod';
import { megabytes, table } from './measure.ts';
import { memoryOf } from './memory-of.ts';

/** Nobody listens there: everything goes on waiting. */
const NOWHERE = 'http://127.0.0.1:9/hook';

export async function benchDeliveries(count: number): Promise<string> {
  const [nats, dir] = await Promise.all([startTestNats(), mkdtemp(join(tmpdir(), 'hf-bench-notifier-'))]);
  try {
    await mkdir(join(dir, 'backups'));
    const env = {
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf('notifier'),
      HOLDFAST_HOME: dir,
      BACKUP_DIR: join(dir, 'backups'),
      BACKUP_WEBHOOK_URL: NOWHERE,
      BACKUP_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
    const none = await memoryOf('notifier', env);
    await addDeliveries(nats, count);
    const many = await memoryOf('notifier', env);
    return table(`A notifier with ${count} notifications that wait for a receiver that is away`, [
      {
        what: 'its memory',
        figure: `${megabytes(many.residentBytes)} MB (${megabytes(none.residentBytes)} MB without any)`,
        goal: '< 300 MB',
        holds: many.residentBytes < 300e6,
      },
    ]);
  } finally {
    await nats.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function addDeliveries(nats: TestNats, count: number): Promise<void> {
  const bus = await nats.connectAs('notifier');
  const deliveries = await bus.bucket('deliveries', deliverySchema.extend({ payload: z.unknown() }));
  const at = new Date().toISOString();
  for (let first = 0; first < count; first += 200) {
    await Promise.all(
      Array.from({ length: Math.min(200, count - first) }, (_, index) => {
        const id = `webhook_${String(first + index).padStart(24, '0')}`;
        const title = `Backup of db-${first + index} failed`;
        return deliveries.create(`webhook.${id}`, {
          id,
          route: 'failures',
          channel: 'webhook',
          kind: 'webhook',
          about: 'backup.failed',
          severity: 'critical',
          title,
          state: 'pending',
          attempts: 0,
          createdAt: at,
          payload: {
            about: 'backup.failed',
            title,
            severity: 'critical',
            outcome: 'failure',
            at,
            details: [{ label: 'Error', value: 'server_unreachable: '.padEnd(500, 'x') }],
            resolves: false,
          },
        });
      }),
    );
  }
  await bus.drain();
}

if (import.meta.main) console.log(await benchDeliveries(Number(process.argv[2] ?? 20_000)));
