import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failureOf, HoldfastError } from '@holdfast/contracts';

const SOCKET = 'in-use';
/** The kernel takes no longer path for a socket (108 bytes on Linux, 104 on macOS). */
const LONGEST = 100;
const MOST_REPLICAS = 100;

export type Claimed = {
  readonly dir: string;
  release(): Promise<void>;
};

/**
 * A folder that no other notifier of this machine uses: `dir`, else `dir/replica-2` and so on, so that replicas need no
 * settings of their own. What marks it is a socket, which is nobody's as soon as its process is gone, however it ended.
 */
export async function claimFolder(
  dir: string,
  onProblem: (error: unknown, doing: string) => void,
): Promise<Claimed> {
  for (let replica = 1; replica <= MOST_REPLICAS; replica += 1) {
    const folder = replica === 1 ? dir : join(dir, `replica-${replica}`);
    await makeFolder(folder);
    try {
      const socket = await listen(socketOf(folder));
      if (socket) return { dir: folder, release: () => close(socket) };
    } catch (error) {
      // As on some network storage. One notifier needs no mark.
      onProblem(error, `marking ${folder} as in use; give each notifier a NOTIFIER_STATE_DIR of its own`);
      return { dir: folder, release: () => Promise.resolve() };
    }
  }
  throw new HoldfastError(
    'invalid_request',
    `NOTIFIER_STATE_DIR: ${MOST_REPLICAS} notifiers use ${dir} already; give this one another folder.`,
  );
}

function socketOf(folder: string): string {
  const path = join(resolve(folder), SOCKET);
  if (Buffer.byteLength(path) <= LONGEST) return path;
  return join(tmpdir(), `holdfast-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`);
}

/** Undefined: somebody listens there. */
async function listen(path: string): Promise<Server | undefined> {
  try {
    return await listenOnce(path);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
  }
  if (await isAnswered(path)) return undefined;
  await rm(path, { force: true });
  try {
    return await listenOnce(path);
  } catch (error) {
    // Another was quicker.
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function listenOnce(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).unref();
  server.listen(path);
  await once(server, 'listening');
  return server;
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // refused or gone: what left it there is dead
  } finally {
    socket.destroy();
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code; // of the system

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new HoldfastError(
      'invalid_request',
      `NOTIFIER_STATE_DIR: ${dir} cannot be made: ${failureOf(cause).message}; give a folder that the notifier may write.`,
      { cause },
    );
  }
}
