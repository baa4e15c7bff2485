import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tools } from '../tools/tools.ts';
import { shortTmpdir } from '../short-tmpdir.ts';

export type ClusterPlace = {
  readonly tools: Tools;
  readonly dataDir: string;
  /** Beside the data, readable by us alone. */
  readonly passwordFile: string;
  readonly logFile: string;
  readonly superuser: string;
  readonly throwAway: boolean;
  readonly niceness: number;
  /** Who the server runs as, when that is not us. */
  readonly user: { readonly uid: number; readonly gid: number; readonly name?: string } | undefined;
};

/** A unix socket's path has 107 bytes; PostgreSQL appends `/.s.PGSQL.65535` and, for a moment, `.lock`. */
const MAX_SOCKET_DIR_BYTES = 107 - '/.s.PGSQL.65535.lock'.length;
export const SHORT_SOCKET_PREFIX = 'hf-socket-';

/** Makes `dir` and its parts: the server's own, closed to everybody else. */
export async function prepareFolders(dir: string, place: ClusterPlace): Promise<void> {
  for (const folder of [dir, join(dir, 'log')]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (place.user) await chown(folder, place.user.uid, place.user.gid);
  }
}

export type SocketDir = { readonly path: string; remove(): Promise<void> };

/** `dir/socket`, or a short folder of its own when that path would be too long for a socket. */
export async function prepareSocketDir(dir: string, user: ClusterPlace['user']): Promise<SocketDir> {
  const near = join(dir, 'socket');
  const isNear = Buffer.byteLength(near) <= MAX_SOCKET_DIR_BYTES;
  if (isNear) await mkdir(near, { recursive: true, mode: 0o700 });
  const path = isNear ? near : await mkdtemp(join(shortTmpdir(), SHORT_SOCKET_PREFIX));
  if (user) await chown(path, user.uid, user.gid);
  return { path, remove: async () => (isNear ? undefined : rm(path, { recursive: true, force: true })) };
}
