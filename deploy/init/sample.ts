import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTarget } from '@holdfast/postgres';
import { ensureSampleDatabase, SAMPLE_DATABASE } from '@holdfast/standalone';
import { writeSecret } from './secret-file.ts';

/** Fills the sample's server, once, and tells the worker of it. */
const dir = process.env['HOLDFAST_SECRETS_DIR'] ?? '/run/holdfast';
const password = (await readFile(join(dir, 'sample', 'password'), 'utf8')).trim();
const url = (database: string): string => `postgres://postgres:${password}@sample:5432/${database}`;

const outcome = await ensureSampleDatabase({
  target: parseTarget(url('postgres')),
  connect: (database) => parseTarget(url(database)),
});
await writeSecret(join(dir, 'backup-worker', 'databases'), `${SAMPLE_DATABASE}=${url(SAMPLE_DATABASE)}`);
process.stdout.write(`the sample database "${SAMPLE_DATABASE}" is ${outcome}\n`);
