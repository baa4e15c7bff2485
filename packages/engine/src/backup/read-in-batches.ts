import type { Readable } from 'node:stream';

/** Large enough that what is done once per piece does not show; small beside a chunk of the archive. */
const BATCH_BYTES = 128 * 1024;
/** A source that trickles is passed on all the same. */
const MAX_WAIT_MS = 100;

/**
 * What a pipe gives, in batches of about 128 KiB. pg_dump writes 4 to 8 KiB at a time: taken one by one, every later step
 * would cost more per piece than per byte, a third of the time of a whole backup. The stream is asked for more only while
 * there is room. A batch holds until the next is asked for: two buffers go round, as new ones would keep the garbage
 * collector busy.
 */
export async function* readInBatches(stream: Readable): AsyncGenerator<Uint8Array> {
  let [filling, other] = [Buffer.allocUnsafeSlow(BATCH_BYTES), Buffer.allocUnsafeSlow(BATCH_BYTES)];
  let sizeBytes = 0;
  // What does not fit. It comes while the stream is paused too: Node lets a child's output flow once the child is gone.
  const waiting: Buffer[] = [];
  const take = (piece: Buffer): void => {
    const taken = piece.copy(filling, sizeBytes);
    sizeBytes += taken;
    if (taken < piece.length) waiting.unshift(piece.subarray(taken));
  };
  let isOver = false;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const over = (error?: Error): void => {
    isOver = true;
    failure ??= error;
    wake();
  };
  stream
    .on('data', (piece: Buffer) => {
      if (waiting.length > 0) waiting.push(piece);
      else take(piece);
      if (sizeBytes < BATCH_BYTES) return;
      stream.pause();
      wake();
    })
    .once('end', () => over())
    .once('close', () => over())
    .once('error', over);
  try {
    for (;;) {
      if (!isOver && sizeBytes < BATCH_BYTES) {
        const timer = setInterval(() => sizeBytes > 0 && wake(), MAX_WAIT_MS);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        clearInterval(timer);
      }
      if (sizeBytes > 0) {
        const batch = filling.subarray(0, sizeBytes);
        [filling, other] = [other, filling];
        sizeBytes = 0;
        for (
          let piece = waiting.shift();
          piece;
          piece = sizeBytes < BATCH_BYTES ? waiting.shift() : undefined
        )
          take(piece);
        if (sizeBytes < BATCH_BYTES) stream.resume();
        yield batch;
      } else if (failure) throw failure;
      else if (isOver) return;
    }
  } finally {
    stream.destroy();
  }
}
