import { access, chmod, constants, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '@holdfast/contracts';

/** What lies under HOLDFAST_HOME. Folders 0700, files 0600. */
export type Home = {
  readonly dir: string;
  readonly natsDir: string;
  readonly postgresDir: string;
  readonly backupsDir: string;
  readonly tokenFile: string;
  readonly logFile: string;
};

export const homeAt = (dir: string): Home => ({
  dir,
  natsDir: join(dir, 'nats'),
  postgresDir: join(dir, 'postgres'),
  backupsDir: join(dir, 'backups'),
  tokenFile: join(dir, 'admin-token'),
  logFile: join(dir, 'holdfast.log'),
});

/** Makes the folders that are missing. */
export async function openHome(dir: string): Promise<Home> {
  const home = homeAt(resolve(dir));
  try {
    await mkdir(home.dir, { recursive: true });
    for (const each of [home.natsDir, home.backupsDir]) await mkdir(each, { recursive: true, mode: 0o700 });
    await access(home.dir, constants.W_OK);
  } catch (cause) {
    throw new HoldfastError(
      'invalid_request',
      `HOLDFAST_HOME: ${home.dir} cannot be written; choose another folder with HOLDFAST_HOME=/path.`,
      { cause },
    );
  }
  return home;
}

/**
 * Where the private cluster's files go. PostgreSQL refuses to run as root, so a root's cluster belongs to an
 * unprivileged user, who must be able to reach it: a home below a closed folder (/root) gets one under /var/lib.
 */
export async function clusterDir(home: Home, user: { readonly uid: number } | undefined): Promise<string> {
  if (!user || (await everybodyMayPass(home.dir))) return home.postgresDir;
  const key = createHash('sha256').update(home.dir).digest('hex').slice(0, 12);
  return join('/var/lib/holdfast', key, 'postgres');
}

async function everybodyMayPass(dir: string): Promise<boolean> {
  const OTHERS_EXECUTE = 0o001;
  for (let at = dir; ; at = dirname(at)) {
    if (((await stat(at)).mode & OTHERS_EXECUTE) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** A secret of this home, made at first use. */
export async function secretIn(home: Home, name: string): Promise<string> {
  const path = join(home.dir, `${name}.secret`);
  try {
    const file = await open(path, 'wx', 0o600);
    const secret = randomBytes(24).toString('base64url');
    await file.writeFile(secret);
    await file.close();
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // fs errors carry a code
    await chmod(path, 0o600);
    return readFile(path, 'utf8');
  }
}

/** Only one standalone per home: two would start two servers over the same files. Answers how to let go. */
export async function lockHome(home: Home): Promise<() => Promise<void>> {
  const path = join(home.dir, 'standalone.pid');
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && (await isStandalone(holder))) {
    throw new HoldfastError(
      'name_taken',
      `Holdfast already runs over ${home.dir} (process ${holder}); stop that one, or choose another HOLDFAST_HOME.`,
    );
  }
  await writeFile(path, String(process.pid), { mode: 0o600 });
  return () => rm(path, { force: true });
}

/** A process id may have been given to somebody else since; where the system tells, its command line decides. */
async function isStandalone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false; // fs errors carry a code
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine === undefined || commandLine.includes('standalone');
}
