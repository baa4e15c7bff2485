import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Backup, BackupContents, Run } from '@holdfast/contracts';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../test/fake-client.ts';
import { fakeTerminal, type FakeTerminal } from '../../test/fake-terminal.ts';
import { runCli } from '../run-cli.ts';

// `--local contents` and `--local export` of each kind of backup, and what may come of a server's export on its way.

const run = promisify(execFile);

/** The capability that a test declares: the command. Why not, where it is absent. */
function obstacle(command: string): string | undefined {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
const whyNotZstd = obstacle('zstd');
const whyNotAge = obstacle('age');

/** Key pairs for tests. Everybody knows them: they protect nothing. */
const OWN_IDENTITY = 'AGE-SECRET-KEY-18L60T6XY8WS9F8W5V2NQXPPLS4T8SZWLKW8WMA5PGNK6NU9VT85Q3PE0VX';
const THEIRS = {
  identity: 'AGE-SECRET-KEY-14G34L5RHPJU90Q93SPY50PACZ3GJCKVF24P7W5S388L8K0JT4MAS9P6E5V',
  recipient: 'age1zqkparf466sqc927xlw7rml8nqx6uzftshlhjzmydgldgszswvhs2nkxay',
};

const COUNT = "select count(*) || md5(string_agg(word, ',' order by id)) from words";
const TWO_JOBS = { BACKUP_PARALLEL_JOBS: '2' };

/** In an order in which each finds what it builds on. */
const KINDS: readonly (readonly [kind: string, flags: string, env: Record<string, string>])[] = [
  ['full', '--no-encrypt', {}],
  ['differential', '--no-encrypt --type differential', {}],
  ['incremental', '--no-encrypt --type incremental', {}],
  ['encrypted', '--encrypt', {}],
  ['encrypted incremental', '--encrypt --type incremental', {}],
  ['tar', '--no-encrypt', TWO_JOBS],
  ['encrypted tar incremental', '--encrypt --type incremental', TWO_JOBS],
];
const kinds = KINDS.map(([kind]) => kind);
const made = new Map<string, { readonly backup: Backup; readonly content: string | null }>();

let server: TestPostgres;
let root = '';
let env: Record<string, string> = {};
const repository = (path = ''): string => join(root, 'backups', path);
const out = (path = ''): string => join(root, 'out', path);

beforeAll(async () => {
  [server, root] = await Promise.all([startTestPostgres(), mkdtemp(join(tmpdir(), 'hf-cli-exports-'))]);
  await mkdir(repository());
  await server.createDatabase('app');
  await server.psql('create table words (id serial primary key, word text)', 'app');
  await writeFile(join(root, 'own.txt'), `${OWN_IDENTITY}\n`, { mode: 0o600 });
  await writeFile(join(root, 'theirs.txt'), `${THEIRS.identity}\n`, { mode: 0o600 });
  env = {
    NO_COLOR: '1',
    HOLDFAST_HOME: join(root, 'home'),
    BACKUP_DIR: repository(),
    BACKUP_DATABASES: `app=${server.url('app')}`,
    BACKUP_AGE_IDENTITY_FILE: join(root, 'own.txt'),
    BACKUP_VALIDATE_AFTER_BACKUP: 'none',
  };
  for (const [kind, flags, more] of KINDS) {
    await server.psql(
      `insert into words (word) select md5(n::text || '${kind}') from generate_series(1, 20000) n`,
      'app',
    );
    const { code, terminal } = await cli(`create --json ${flags}`, { ...env, ...more });
    if (code !== 0) throw new Error(`create of ${kind}: ${terminal.out()}`);
    const { backup } = (JSON.parse(terminal.out()) as { run: Run }).run; // our own document
    if (!backup) throw new Error('a completed run has its backup');
    made.set(kind, { backup, content: await server.value(COUNT, 'app') });
  }
}, 120_000);
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  await rm(out(), { recursive: true, force: true });
  await mkdir(out());
});

async function cli(
  line: string,
  environment = env,
): Promise<{ readonly code: number; readonly terminal: FakeTerminal }> {
  const terminal = fakeTerminal({ env: environment });
  return { code: await runCli(['--local', ...line.split(' ')], terminal), terminal };
}

const of = (kind: string) => {
  const found = made.get(kind);
  if (!found) throw new Error(`no ${kind} was made`);
  return found;
};
const shell = (script: string, ...words: readonly string[]) =>
  run('bash', ['-c', `set -euo pipefail; ${script}`, '-', ...words], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  });

type Exported = { readonly output: string; readonly sizeBytes: number; readonly sha256: string };
async function exported(kind: string, flags = ''): Promise<Exported & { readonly content: string }> {
  const line = `export --file ${of(kind).backup.filename} --output ${out()} --json${flags}`;
  const { code, terminal } = await cli(line);
  expect([line, code, terminal.err()]).toEqual([line, 0, expect.stringContaining('copying')]);
  return JSON.parse(terminal.out()) as Exported & { content: string }; // our own document
}
/** The file is what was said of it, and nothing is beside it. */
async function assertWritten({ output, sizeBytes, sha256 }: Exported): Promise<Buffer> {
  const file = await readFile(output);
  expect([file.length, createHash('sha256').update(file).digest('hex')]).toEqual([sizeBytes, sha256]);
  expect(await readdir(out())).toEqual([basename(output)]);
  return file;
}

test('every kind was made as what it is', () => {
  expect(kinds.map((kind) => of(kind).backup.filename.replace(/^[^.]*\.(2\.)?/, ''))).toEqual([
    'dump.zst',
    'hfd',
    'hfd',
    'dump.zst.age',
    'hfd.age',
    'tar.zst',
    'hfd.age',
  ]);
});

describe.skipIf(whyNotZstd !== undefined)(
  `by standard tools${whyNotZstd ? ` (no zstd: ${whyNotZstd})` : ''}`,
  () => {
    test.each(kinds)('the export of a backup that is %s restores without us', async (kind) => {
      const written = await exported(kind);
      await assertWritten(written);
      expect(written.content).toBe(kind === 'full' || kind === 'tar' ? 'stored' : 'standalone');
      expect(written.output).toMatch(kind.includes('tar') ? /\.tar\.zst$/ : /\.dump\.zst$/);
      expect(await run('zstd', ['-t', '-q', written.output])).toMatchObject({ stderr: '' });
      const name = kind.replaceAll(' ', '_');
      await server.createDatabase(name);
      const pgRestore = `"${join(server.tools.dir, 'pg_restore')}" --exit-on-error --dbname="$2"`;
      const unpack = 'mkdir "$3"; zstd -dcq "$1" | tar -x -C "$3"';
      await shell(
        kind.includes('tar') ? `${unpack}; ${pgRestore} "$3"` : `zstd -dcq "$1" | ${pgRestore}`,
        written.output,
        server.url(name),
        out('folder'),
      );
      expect(await server.value(COUNT, name)).toBe(of(kind).content);
    });
  },
);

test.each(kinds)('--as-is of a backup that is %s is the stored file', async (kind) => {
  const { filename } = of(kind).backup;
  const written = await exported(kind, ' --as-is');
  expect(written).toMatchObject({ output: out(filename), content: 'stored' });
  expect((await assertWritten(written)).equals(await readFile(repository(`app/${filename}`)))).toBe(true);
});

test.skipIf(whyNotAge !== undefined).each(['full', 'incremental', 'encrypted tar incremental'])(
  `--encrypt-to: age opens a backup that is %s${whyNotAge ? ` (no age: ${whyNotAge})` : ''}`,
  async (kind) => {
    const plain = await assertWritten(await exported(kind));
    await rm(out(), { recursive: true });
    await mkdir(out());
    const written = await exported(kind, ` --encrypt-to ${THEIRS.recipient}`);
    await assertWritten(written);
    expect(written.output).toMatch(/\.zst\.age$/);
    const { stdout } = await shell('age -d -i "$1" "$2"', join(root, 'theirs.txt'), written.output);
    expect(stdout.equals(plain)).toBe(true);
  },
);

test('--output - is the bytes alone', async () => {
  const { filename } = of('encrypted incremental').backup;
  const { code, terminal } = await cli(`export --file ${filename} --output -`);
  expect(code).toBe(0);
  const file = await assertWritten(await exported('encrypted incremental'));
  expect(Buffer.from(terminal.out(), 'latin1').equals(file)).toBe(true);
});

test('what a person sees', async () => {
  const { filename, name, parent } = of('incremental').backup;
  const { terminal } = await cli(`export --file ${filename} --output ${out()}`);
  const path = out(`${name}.dump.zst`);
  expect(terminal.out()).toContain(`Exported ${filename} as a full backup: `);
  expect(terminal.out()).toContain(`zstd -dc ${path} | pg_restore -d NEWDB`);
  expect((await cli(`export --file ${filename} --output ${out()} --as-is`)).terminal.out()).toContain(
    `export --file ${parent} --as-is`,
  );
});

test('the rest of a copy that was stopped', async () => {
  const { filename, sha256 } = of('full').backup;
  const stored = await readFile(repository(`app/${filename}`));
  await writeFile(out(`${filename}.${sha256.slice(0, 8)}.part`), stored.subarray(0, 100_000));
  const written = await exported('full');
  expect(written).toMatchObject({ resumedAtBytes: 100_000 });
  expect((await assertWritten(written)).equals(stored)).toBe(true);
});

test.each(kinds)('what is inside a backup that is %s', async (kind) => {
  const { filename } = of(kind).backup;
  const { code, terminal } = await cli(`contents --file ${filename} --sizes --json`);
  expect(code).toBe(0);
  const contents = JSON.parse(terminal.out()) as BackupContents; // our own document
  expect(contents).toMatchObject({ filename, kind: kind.includes('tar') ? 'tar' : 'custom' });
  const rows = (kinds.indexOf(kind) + 1) * 20_000;
  const data = contents.entries.find((entry) => entry.kind === 'TABLE DATA');
  // An id, a tab, 32 digits and the end of the line; the last is pg_dump's end of the data.
  expect(data?.sizeBytes).toBeGreaterThan(rows * (1 + 1 + 32 + 1));
  expect(contents.dataBytes).toBe(data?.sizeBytes);
  const shown = await cli(`contents --file ${filename}`);
  expect(shown.terminal.out()).toMatch(/^TABLE DATA +public +words +\S+$/m);
  expect(shown.terminal.out()).toMatch(/\d+ entries, 1 table, in the (custom|tar) format\n$/);
});

describe('what cannot be read', () => {
  const refused = async (line: string, environment = env) => {
    const { code, terminal } = await cli(line, environment);
    expect(await readdir(out())).toEqual([]);
    return [code, /\[(\w+)\]/.exec(terminal.err())?.[1]];
  };

  test('without the key', async () => {
    const { filename } = of('encrypted incremental').backup;
    const { BACKUP_AGE_IDENTITY_FILE: _, ...keyless } = env;
    expect(await refused(`export --file ${filename} --output ${out()}`, keyless)).toEqual([5, 'key_missing']);
    expect(await refused(`contents --file ${filename}`, keyless)).toEqual([5, 'key_missing']);
    const other = { ...env, BACKUP_AGE_IDENTITY_FILE: join(root, 'theirs.txt') };
    expect(await refused(`export --file ${filename} --output ${out()}`, other)).toEqual([5, 'key_wrong']);
  });

  test('a backup that is not there', async () => {
    expect(await refused(`export --file none --output ${out()}`)).toEqual([3, 'backup_not_found']);
    expect(await refused('contents --file none')).toEqual([3, 'backup_not_found']);
  });

  test('damage below it, and a file that was cut', async () => {
    const { filename } = of('full').backup;
    const path = repository(`app/${filename}`);
    const whole = await readFile(path);
    const middle = Math.floor(whole.length / 2);
    await writeFile(path, Buffer.from(whole).fill(0, middle, middle + 100_000));
    const child = of('incremental').backup.filename;
    expect(await refused(`export --file ${child} --output ${out()}`)).toEqual([4, 'archive_corrupt']);
    expect(await refused(`contents --file ${child} --sizes`)).toEqual([4, 'archive_corrupt']);
    expect(await refused(`export --file ${filename} --output ${out()}`)).toEqual([4, 'archive_corrupt']);
    await truncate(path, 5_000);
    expect(await refused(`export --file ${filename} --output ${out()}`)).toEqual([4, 'archive_truncated']);
    await rm(path);
    expect(await refused(`export --file ${filename} --output ${out()}`)).toEqual([4, 'data_missing']);
    await writeFile(path, whole);
  });
});

describe("a server's export that is not whole leaves nothing", () => {
  const receive = async (bytes: Uint8Array, brokenBy?: Error) => {
    const { backup } = of('incremental');
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(bytes)),
      pull: (controller) => (brokenBy ? controller.error(brokenBy) : controller.close()),
    });
    const { code, err } = await call(`export --file x --output ${out()}`, {
      getBackup: async () => backup,
      exportBackup: async () => new Response(body),
    });
    const left = await readdir(out());
    return [code, /\[(\w+)\]/.exec(err)?.[1], left.length];
  };
  const sent = async (kind: string): Promise<Buffer> => {
    const file = await assertWritten(await exported(kind));
    await rm(out(), { recursive: true });
    await mkdir(out());
    return file;
  };

  test('cut, broken off, changed, or of another backup', async () => {
    const whole = await sent('incremental');
    const terminated = new TypeError('terminated');
    for (const end of [0, 10, 50_000, whole.length - 1]) {
      expect(await receive(whole.subarray(0, end))).toEqual([4, 'archive_truncated', 0]);
      expect(await receive(whole.subarray(0, end), terminated)).toEqual([6, 'gateway_unreachable', 0]);
    }
    const changed = Buffer.from(whole);
    changed[60_000] = (changed[60_000] ?? 0) ^ 1;
    expect(await receive(changed)).toEqual([4, 'archive_corrupt', 0]);
    expect(await receive(await sent('differential'))).toEqual([4, 'archive_corrupt', 0]);
    expect(await receive(whole)).toEqual([0, undefined, 1]);
  });
});
