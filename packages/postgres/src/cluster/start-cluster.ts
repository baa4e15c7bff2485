import { join } from 'node:path';
import type { Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';
import type { Tools } from '../tools/tools.ts';
import { prepareFolders, prepareSocketDir, type ClusterPlace } from './cluster-place.ts';
import { clusterSettings } from './cluster-settings.ts';
import { freePort } from './free-port.ts';
import { ensureInitialised } from './initialise.ts';
import { stopLeftover } from './leftover.ts';
import { startPostmaster, type Postmaster } from './postmaster.ts';

export type ClusterOptions = {
  /** The cluster's alone; made when missing. Made by us, it is used again. */
  readonly dir: string;
  /** With server binaries. */
  readonly tools: Tools;
  /** Required when this process is root. */
  readonly asUser?: { readonly uid: number; readonly gid: number; readonly name?: string };
  /** On 127.0.0.1. Absent: no TCP at all. 0: any free one. */
  readonly tcpPort?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** [false] Fast and small; survives no power cut. */
  readonly throwAway?: boolean;
  /** 0 to 19: the server yields to all that has less [0]. */
  readonly niceness?: number;
  /** The only kind: made once, kept in `dir/superuser-password` (0600). Everybody needs one, scram, socket or TCP. */
  readonly password?: 'random';
  /** [postgres; scratch_superuser when throw-away, so that a dump's own role `postgres` is none] */
  readonly superuser?: string;
};

export type Cluster = {
  /** The superuser, database `postgres`, over the socket. */
  readonly target: Target;
  readonly pid: number;
  readonly dataDir: string;
  readonly socketDir: string;
  /** The superuser, in that database. */
  connect(database: string): Target;
  /** Ends the server and waits for it. Safe to call twice. */
  stop(): Promise<void>;
};

/** A port of the socket's name alone, when nothing listens on TCP. */
const SOCKET_PORT = 5432;
/** Somebody else may take a free port between our asking and the server's binding. */
const PORT_ATTEMPTS = 5;

/**
 * Starts a private server, making its cluster first when there is none. One that a killed process left running is
 * ended first; this one ends by itself when this process is killed. Throws server_unreachable, tools_missing.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const place = placeOf(options);
  await prepareFolders(options.dir, place);
  const password = await ensureInitialised(place);
  await stopLeftover(place.dataDir);
  const socket = await prepareSocketDir(options.dir, place.user);
  try {
    const { postmaster, port } = await startOnPort(options, place, socket.path);
    const connect = (database: string): Target => ({
      host: socket.path,
      port,
      user: place.superuser,
      password,
      database,
      parameters: {},
    });
    return {
      target: connect('postgres'),
      pid: postmaster.pid,
      dataDir: place.dataDir,
      socketDir: socket.path,
      connect,
      stop: async () => {
        await postmaster.stop();
        await socket.remove();
      },
    };
  } catch (error) {
    await socket.remove();
    throw error;
  }
}

async function startOnPort(
  options: ClusterOptions,
  place: ClusterPlace,
  socketDir: string,
): Promise<{ readonly postmaster: Postmaster; readonly port: number }> {
  const { tcpPort } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = tcpPort === 0 ? await freePort() : (tcpPort ?? SOCKET_PORT);
    const settings = clusterSettings({
      socketDir,
      port,
      listensOnTcp: tcpPort !== undefined,
      throwAway: place.throwAway,
      settings: options.settings ?? {},
    });
    try {
      return { postmaster: await startPostmaster(place, settings), port };
    } catch (error) {
      const isTaken = error instanceof Error && /could not (bind|create any TCP)/.test(error.message);
      if (tcpPort !== 0 || !isTaken || attempt >= PORT_ATTEMPTS) throw error;
    }
  }
}

function placeOf(options: ClusterOptions): ClusterPlace {
  const { dir, tools, throwAway = false } = options;
  const isRoot = process.getuid?.() === 0;
  if (!tools.serverBinaries) {
    throw new PostgresError(
      'tools_missing',
      `${tools.dir} has no initdb and postgres; run: apt-get install -y postgresql-${tools.major}`,
    );
  }
  if (isRoot && !options.asUser) {
    throw new PostgresError(
      'drill_unavailable',
      'PostgreSQL refuses to run as root; name an unprivileged user for the server.',
    );
  }
  return {
    tools,
    dataDir: join(dir, 'data'),
    passwordFile: join(dir, 'superuser-password'),
    logFile: join(dir, 'log', 'postgres.log'),
    superuser: options.superuser ?? (throwAway ? 'scratch_superuser' : 'postgres'),
    throwAway,
    niceness: options.niceness ?? 0,
    user: isRoot ? options.asUser : undefined,
  };
}
