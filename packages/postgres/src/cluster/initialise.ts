import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../child/start-child.ts';
import { PostgresError } from '../postgres-error.ts';
import type { ClusterPlace } from './cluster-place.ts';

/** A locale that sorts by code point and knows Unicode's letters; only macOS lacks it. */
const LOCALE = process.platform === 'darwin' ? 'C' : 'C.UTF-8';
const INITDB_TIMEOUT_MS = 120_000;

/**
 * Makes the cluster unless it is there, and answers its superuser's password. It is made beside its place and moved
 * there whole, so that what a killed initdb left is never taken for a cluster.
 */
export async function ensureInitialised(place: ClusterPlace): Promise<string> {
  const version = await readOrNone(join(place.dataDir, 'PG_VERSION'));
  if (version === undefined) return initialise(place);
  if (Number.parseInt(version, 10) !== place.tools.major) {
    throw new PostgresError(
      'server_unreachable',
      `${place.dataDir} is a cluster of PostgreSQL ${version.trim()}, not ${place.tools.major}; install postgresql-${version.trim()}, or move the folder away.`,
    );
  }
  const password = await readOrNone(place.passwordFile);
  if (password !== undefined) return password.trim();
  throw new PostgresError(
    'authentication_failed',
    `${place.passwordFile} is missing, so the cluster beside it cannot be entered; put it back, or move the folder away.`,
  );
}

async function initialise(place: ClusterPlace): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const unfinished = `${place.dataDir}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await rm(place.passwordFile, { force: true });
  await writeFile(place.passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  await withPasswordForInitdb(place, password, (file) => runInitdb(place, unfinished, file));
  await rename(unfinished, place.dataDir);
  return password;
}

/** initdb reads the password as the server's user, who may not read our own copy of it. */
async function withPasswordForInitdb(
  place: ClusterPlace,
  password: string,
  use: (file: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hf-initdb-'));
  try {
    const file = join(folder, 'password');
    await writeFile(file, password, { mode: 0o600, flag: 'wx' });
    if (place.user) {
      await chown(file, place.user.uid, place.user.gid);
      await chown(folder, place.user.uid, place.user.gid);
    }
    await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInitdb(place: ClusterPlace, dataDir: string, passwordFile: string): Promise<void> {
  const child = startChild({
    file: join(place.tools.dir, 'initdb'),
    args: [
      `--pgdata=${dataDir}`,
      `--username=${place.superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      `--locale=${LOCALE}`,
      ...(place.throwAway ? ['--no-sync'] : []),
    ],
    environment: { LC_ALL: 'C' },
    signal: AbortSignal.timeout(INITDB_TIMEOUT_MS),
    cwd: '/',
    user: place.user,
  });
  const end = await child.ended;
  if (end.code === 0) return;
  const complaint = end.stderr.split('\n').find((line) => line.includes('error:')) ?? end.stderr.trim();
  throw new PostgresError(
    'server_unreachable',
    `initdb could not make a cluster in ${place.dataDir}: ${complaint.replace('initdb: error: ', '')}; the folder must lie where ${place.user?.name ?? 'this user'} may write.`,
  );
}

const readOrNone = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
