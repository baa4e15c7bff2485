import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startTestNats } from '@holdfast/testing';
import { fillRepository } from './many-backups.ts';
import { measure, median, table } from './measure.ts';
import { startGateway } from './start-gateway.ts';

const BACKUP_ADMIN = resolve(import.meta.dirname, '../../backup-admin');
const BACKUPS = 100;

/** How long a person waits for the command line, beside what Node needs to do nothing; turn by turn. */
export async function benchCommandLine(rounds: number): Promise<string> {
  const nats = await startTestNats();
  const home = await mkdtemp(join(tmpdir(), 'hf-bench-cli-'));
  const backups = join(home, 'backups');
  await mkdir(backups);
  try {
    await fillRepository(backups, BACKUPS);
    const gateway = await startGateway(nats, home, { BACKUP_DIR: backups });
    try {
      const env = { HOLDFAST_URL: gateway.url, HOLDFAST_TOKEN_FILE: join(home, 'admin-token') };
      const commands = {
        nothing: [process.execPath, '-e', '0'],
        help: [BACKUP_ADMIN, '--help'],
        list: [BACKUP_ADMIN, 'list'],
      };
      const seconds = { nothing: [] as number[], help: [] as number[], list: [] as number[] };
      // The first round fills the cache of compiled code and does not count.
      for (let round = 0; round <= rounds; round += 1) {
        for (const name of ['nothing', 'help', 'list'] as const) {
          const taken = (await measure(commands[name], env)).seconds;
          if (round > 0) seconds[name].push(taken);
        }
      }
      const row = (name: 'help' | 'list', what: string, most: number) => {
        const ratio = median(seconds[name]) / median(seconds.nothing);
        const figure = `${(median(seconds[name]) * 1_000).toFixed(0)} ms, ${ratio.toFixed(2)} ×`;
        return { what, figure, goal: `≤ ${most} ×`, holds: ratio <= most };
      };
      return table(`The command line, medians of ${rounds}`, [
        { what: '`node -e 0`', figure: `${(median(seconds.nothing) * 1_000).toFixed(0)} ms` },
        row('help', '`backup-admin --help`', 2.5),
        row('list', `\`backup-admin list\`, ${BACKUPS} backups, over the gateway`, 6),
      ]);
    } finally {
      await gateway.stop();
    }
  } finally {
    await nats.stop();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await benchCommandLine(15));
