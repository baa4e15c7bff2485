import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTools } from '@holdfast/postgres';
import { generateMutation, type MutationOptions } from '@holdfast/sample-data';
import type { startTestPostgres } from '@holdfast/testing';
import { measure, megabytes, table, type Row } from './measure.ts';
import { backUpOnce, restoreOnce } from './once.ts';

type Server = Awaited<ReturnType<typeof startTestPostgres>>;
type Kind = MutationOptions['kind'];

const SPREAD_STEPS = 10;

/** What the second backup costs, beside pg_dump, restic and borg over the same changes in the same sitting. */
export async function benchIncremental(server: Server, size: number): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hf-bench-'));
  const url = server.url('bench');
  const mutate = (kind: Kind, seed: number): Promise<void> =>
    server.load('bench', generateMutation({ megabytes: size, seed, kind, percent: 1 }));
  const tools = (await findTools()).at(-1);
  const pgDump = join(tools?.dir ?? '', 'pg_dump');
  const raw = async (): Promise<number> =>
    (await measure(['sh', '-c', 'exec "$0" -Fc -Z0 "$1" > /dev/null', pgDump, url])).seconds;
  const peers = [await restic(dir, pgDump, url), await borg(dir, pgDump, url)].filter(
    (peer) => peer !== undefined,
  );
  try {
    const full = await backUpOnce(url, dir);
    for (const peer of peers) await peer.backUp();
    const share = (bytes: number): number => bytes / full.storedBytes;
    const rows: Row[] = [
      { what: 'full', figure: `${seconds(full.seconds)}, ${megabytes(full.storedBytes)} MB` },
    ];
    const step = async (what: string, goal: number): Promise<void> => {
      const made = await backUpOnce(url, dir, 'incremental');
      rows.push({
        what,
        figure: `${percent(share(made.storedBytes))}, ${megabytes(made.storedBytes)} MB, ${seconds(made.seconds)}`,
        goal: `≤ ${percent(goal)}`,
        holds: share(made.storedBytes) <= goal,
      });
    };
    await step('incremental, nothing changed', 0.001);
    await mutate('append', 1);
    await step('incremental, 1 % of rows appended', 0.015);
    await mutate('update-newest', 2);
    await step('incremental, newest 1 % updated', 0.02);

    const spread: number[] = [];
    let total = 0;
    for (let number = 1; number <= SPREAD_STEPS; number += 1) {
      await mutate('update-spread', 100 + number);
      const rawSeconds = await raw();
      const made = await backUpOnce(url, dir, 'incremental');
      spread.push(share(made.storedBytes));
      total += share(made.storedBytes);
      if (number > 1) continue;
      const ratio = made.seconds / rawSeconds;
      rows.push(
        {
          what: 'incremental, 1 % updated all over',
          figure: `${percent(share(made.storedBytes))}, ${megabytes(made.storedBytes)} MB`,
          goal: '≤ 3 %',
          holds: share(made.storedBytes) <= 0.03,
        },
        {
          what: 'its time, against `pg_dump -Fc -Z0 >/dev/null` then',
          figure: `${seconds(made.seconds)}, ${ratio.toFixed(2)} ×`,
          goal: '≤ 1.25 ×',
          holds: ratio <= 1.25,
        },
      );
      for (const peer of peers) {
        const theirs = await peer.backUp();
        rows.push({
          what: `its time, against ${peer.name}`,
          figure: `${(made.seconds / theirs.seconds).toFixed(2)} × (theirs ${seconds(theirs.seconds)}, stores ${megabytes(theirs.addedBytes)} MB, ${percent(share(theirs.addedBytes))} of our full)`,
          goal: '< 0.8 ×',
          holds: made.seconds / theirs.seconds < 0.8,
        });
      }
    }
    rows.push({
      what: `${SPREAD_STEPS} such updates one after the other`,
      figure: `${spread.map(percent).join(', ')}; together ${percent(total)}`,
      goal: 'each ≤ 20 %, together ≤ 40 %',
      holds: total <= 0.4 && spread.every((each) => each <= 0.2),
    });
    rows.push(await deepRestore(server, dir, full.filename));
    return table(`Second backups, sample of ${size} MB, dump of ${megabytes(full.rawBytes)} MB`, rows);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The newest of the chain against a full of the same content. */
async function deepRestore(server: Server, dir: string, full: string): Promise<Row> {
  const url = server.url('bench');
  const newest = await backUpOnce(url, dir, 'incremental');
  const same = await backUpOnce(url, dir, 'full');
  await server.createDatabase('deep');
  await server.createDatabase('flat');
  const deep = await restoreOnce(server.url('deep'), dir, newest.filename);
  const flat = await restoreOnce(server.url('flat'), dir, same.filename);
  await server.psql('drop database deep');
  await server.psql('drop database flat');
  const ratio = deep.seconds / flat.seconds;
  return {
    what: `restore of the newest, ${SPREAD_STEPS + 4} deep on ${full.slice(-16)}, against a full of the same content`,
    figure: `${seconds(deep.seconds)} and ${seconds(flat.seconds)}, ${ratio.toFixed(2)} ×, peak ${megabytes(deep.peakBytes)} MB`,
    goal: '≤ 1.15 ×, < 300 MB',
    holds: ratio <= 1.15 && deep.peakBytes < 300e6,
  };
}

type Peer = {
  readonly name: string;
  /** Dumps into it once more; what that added to its repository. */
  backUp(): Promise<{ readonly seconds: number; readonly addedBytes: number }>;
};

async function peer(
  name: string,
  version: readonly [string, ...string[]],
  repository: string,
  init: string,
  command: string,
  args: readonly string[],
): Promise<Peer | undefined> {
  const env = {
    RESTIC_PASSWORD: 'bench',
    BORG_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    RESTIC_CACHE_DIR: `${repository}.cache`,
    BORG_BASE_DIR: `${repository}.base`,
  };
  try {
    const [file, ...rest] = version;
    const said = execFileSync(file, rest, { encoding: 'utf8' }).split('\n')[0] ?? name;
    await measure(['sh', '-c', init, repository, ...args], env);
    return {
      name: `${name} (${said.trim().split(' ').slice(0, 2).join(' ')})`,
      backUp: async () => {
        const before = await sizeOf(repository);
        const { seconds: took } = await measure(['sh', '-c', command, repository, ...args], env);
        return { seconds: took, addedBytes: (await sizeOf(repository)) - before };
      },
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined; // not on this machine
    throw error;
  }
}

const restic = (dir: string, pgDump: string, url: string): Promise<Peer | undefined> =>
  peer(
    '`pg_dump | restic backup --stdin`',
    ['restic', 'version'],
    join(dir, 'restic'),
    'restic -q -r "$0" init >/dev/null',
    '"$1" "$2" | restic -q -r "$0" backup --stdin --stdin-filename dump',
    [pgDump, url],
  );

const borg = (dir: string, pgDump: string, url: string): Promise<Peer | undefined> =>
  peer(
    '`pg_dump | borg create -`',
    ['borg', '--version'],
    join(dir, 'borg'),
    'borg init -e none "$0" 2>/dev/null',
    '"$1" "$2" | borg create -C zstd,3 "$0::$(date +%s%N)" - 2>/dev/null',
    [pgDump, url],
  );

async function sizeOf(path: string): Promise<number> {
  return Number((await measure(['du', '-sb', path])).text.split('\t')[0]);
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
