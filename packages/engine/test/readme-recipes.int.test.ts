import { execFile, execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateIdentity } from '@holdfast/archive';
import { backupRequestSchema, type BackupRequest } from '@holdfast/contracts';
import { localStorage } from '@holdfast/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyRing, openRepository, type BackupOptions } from '../src/index.ts';
import { startEngineFixture, type EngineFixture } from './setup.ts';

const run = promisify(execFile);

/** The commands that the README gives to whoever has lost us, as they stand there. */
const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
const section = /^## Restore without us\n([^]*?)^## /m.exec(readme)?.[1] ?? '';
const recipes = section
  .split('\n')
  .filter((line) => line.startsWith('    '))
  .map((line) => line.trim());

const hasAge = ((): boolean => {
  try {
    execFileSync('age', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // the capability of one recipe, whose test says so
  }
})();

let fixture: EngineFixture;
let dir: string;
let folder: string;
beforeAll(async () => {
  fixture = await startEngineFixture();
  dir = await mkdtemp(join(tmpdir(), 'hf-recipes-'));
  folder = await mkdtemp(join(tmpdir(), 'hf-recipes-cwd-'));
  const { identity, recipient } = await generateIdentity();
  await writeFile(join(folder, 'KEY_FILE'), `${identity}\n`, { mode: 0o600 });
  const database = await fixture.withContent('recipes');
  const storage = localStorage({ dir });
  const repository = openRepository(storage, openKeyRing({ BACKUP_AGE_RECIPIENTS: recipient }, storage));
  const make = async (
    name: string,
    request: Partial<BackupRequest>,
    options: Partial<BackupOptions> = {},
    jobs = 1,
  ): Promise<void> => {
    const context = { ...fixture.contextOver(), repository, jobs };
    const made = { request: backupRequestSchema.parse({ encrypt: false, ...request }), ...options };
    const { data } = await fixture.backup(database, made, context);
    await copyFile(join(dir, data.key), join(folder, name));
  };
  await make('FULL.dump.zst', {});
  await make('FULL.dump.gz', {}, { compression: { codec: 'gzip', level: 6 } });
  await make('FULL.dump.zst.age', { encrypt: true });
  await make('FULL.tar.zst', {}, {}, 2);
});
afterAll(async () => {
  await fixture.stop();
  await rm(dir, { recursive: true });
  await rm(folder, { recursive: true });
});

test('the README has a recipe for each kind of file', () => {
  expect(recipes.map((recipe) => /FULL\S+/.exec(recipe)?.[0])).toEqual([
    'FULL.dump.zst',
    'FULL.dump.gz',
    'FULL.dump.zst.age',
    'FULL.tar.zst',
  ]);
});

test.for(recipes)('%s', async (recipe, { skip }) => {
  skip(recipe.startsWith('age') && !hasAge, 'needs age');
  await fixture.server.psql('drop database if exists app_new', 'postgres');
  await fixture.server.createDatabase('app_new');
  const command = recipe.replaceAll('app_new', `'${fixture.server.url('app_new')}'`);
  const path = `${fixture.server.tools.dir}:${process.env['PATH'] ?? ''}`;
  await run('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder, env: { PATH: path } });
  expect(await fixture.server.value('select count(*) from "Weird Schema"."Tâble ""x"""', 'app_new')).toBe(
    '2000',
  );
});
