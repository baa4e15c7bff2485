import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { shortTmpdir } from '../short-tmpdir.ts';

/** What comes out of a pipe, piece by piece, without a buffer for each. */
export interface PieceSource {
  /** Begins. A piece holds during the call alone; after false nothing comes until `resume`. Once only. */
  begin(take: (piece: Uint8Array) => boolean): void;
  resume(): void;
  /** Resolves at the end of the output, when every piece was taken; rejects when the pipe breaks. */
  readonly ended: Promise<void>;
  /** Idempotent; `ended` resolves. */
  destroy(): void;
}

export type OutputPipe = {
  /** For the child's standard output. To be destroyed here as soon as the child has it, else the output never ends. */
  readonly writeEnd: Socket;
  readonly source: PieceSource;
};

/** The largest piece: also the only memory that the pipe takes. */
export const PIECE_BYTES = 128 * 1024;

/**
 * A pipe that is read into one buffer, over and over. What Node makes of a child's output has a new buffer for every read:
 * for a dump, the kernel's clearing of their pages and the collector's work cost more than all the rest of reading.
 */
export async function openOutputPipe(): Promise<OutputPipe> {
  const dir = await mkdtemp(join(shortTmpdir(), 'hf-pipe-'));
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(dir, 's');
    server.listen(path);
    await once(server, 'listening');
    let take = (_piece: Uint8Array): boolean => true;
    const connected = once(server, 'connection');
    const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const readEnd = connect({
      path,
      onread: { buffer, callback: (sizeBytes) => take(buffer.subarray(0, sizeBytes)) },
    });
    readEnd.pause();
    const ended = endOf(readEnd);
    const [writeEnd] = (await Promise.race([connected, ended])) as [Socket]; // as `connection` gives it
    return {
      writeEnd,
      source: {
        begin: (taking) => {
          take = taking;
          readEnd.resume();
        },
        resume: () => void readEnd.resume(),
        ended,
        destroy: () => void readEnd.destroy(),
      },
    };
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function endOf(socket: Socket): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    socket.once('error', reject).once('close', () => resolve());
  });
  ended.catch(() => undefined); // heard by whoever awaits it
  return ended;
}
