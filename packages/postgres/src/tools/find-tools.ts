import { access, constants, readdir, realpath } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { BARE_ENVIRONMENT } from '../child/connection-environment.ts';
import { collectChild } from '../child/collect-child.ts';
import { startChild } from '../child/start-child.ts';
import { byVersion } from './plan-tools.ts';
import type { Tools } from './tools.ts';

const CLIENT_TOOLS = ['pg_dump', 'pg_restore', 'psql', 'pg_dumpall'];
const SERVER_BINARIES = ['initdb', 'postgres'];

/** Where packages put each major beside the others; `*` stands for one folder. */
const USUAL_PLACES = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/opt/homebrew/opt/libpq/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/usr/local/opt/libpq/bin',
  '/usr/local/pgsql/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
];

const VERSION_TIMEOUT_MS = 10_000;
const cache = new Map<string, Promise<readonly Tools[]>>();

/**
 * Every complete set of client tools on this machine, oldest first, looked for in PATH and the usual places (or in
 * `searchPath` alone). Wrappers are passed over for what they wrap. Looked up once per process; an empty answer is not kept.
 */
export function findTools(searchPath?: readonly string[]): Promise<readonly Tools[]> {
  const places = searchPath ?? [...(process.env['PATH'] ?? '').split(delimiter), ...USUAL_PLACES];
  const key = places.join(delimiter);
  let found = cache.get(key);
  if (!found) {
    found = search(places);
    cache.set(key, found);
    const forget = (): boolean => cache.delete(key);
    found.then((tools) => tools.length > 0 || forget(), forget);
  }
  return found;
}

async function search(places: readonly string[]): Promise<readonly Tools[]> {
  const folders = new Set<string>();
  for (const place of places) for (const folder of await expand(place)) folders.add(folder);
  const byFolder = new Map<string, Tools>();
  for (const folder of folders) {
    const tools = await inspect(folder);
    if (tools) byFolder.set(tools.dir, tools);
  }
  return [...byFolder.values()].toSorted(byVersion);
}

async function inspect(folder: string): Promise<Tools | undefined> {
  const pgDump = await realpathOrNone(join(folder, 'pg_dump'));
  // Debian's pg_dump on PATH is a Perl script that picks a version by rules of its own; what it picks from is found too.
  if (pgDump === undefined || basename(pgDump) !== 'pg_dump') return undefined;
  const dir = join(pgDump, '..');
  if (!(await allExecutable(dir, CLIENT_TOOLS))) return undefined;
  const version = await versionOf(pgDump);
  if (version === undefined) return undefined;
  const serverBinaries = await allExecutable(dir, SERVER_BINARIES);
  return { major: Number.parseInt(version, 10), version, dir, serverBinaries };
}

async function versionOf(pgDump: string): Promise<string | undefined> {
  try {
    const stop = new AbortController();
    const child = startChild({
      file: pgDump,
      args: ['--version'],
      environment: BARE_ENVIRONMENT,
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(VERSION_TIMEOUT_MS)]),
      stdout: 'pipe',
    });
    const { stdout } = await collectChild(child, {
      maxBytes: 10_000,
      stop: (reason) => stop.abort(reason),
    });
    return /\(PostgreSQL\) (\d+(?:\.\d+)?)/.exec(stdout.toString('utf8'))?.[1];
  } catch {
    return undefined; // it does not run here, so it is no tool
  }
}

async function expand(place: string): Promise<readonly string[]> {
  if (!place.startsWith('/')) return [];
  const star = place.indexOf('*');
  if (star < 0) return [place];
  const parent = place.slice(0, place.lastIndexOf('/', star));
  const pattern = place.slice(parent.length + 1).split('/')[0] ?? '';
  const rest = place.slice(parent.length + 1 + pattern.length);
  const [before = '', after = ''] = pattern.split('*');
  const names = await readdir(parent).catch(() => []); // absent on this machine
  return names
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .map((name) => parent + '/' + name + rest);
}

const realpathOrNone = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

async function allExecutable(dir: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.allSettled(names.map((name) => access(join(dir, name), constants.X_OK)));
  return found.every((one) => one.status === 'fulfilled');
}
