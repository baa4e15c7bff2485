import { PIECE_BYTES, type PieceSource } from '@holdfast/postgres';

/** Large enough that what is done once per piece does not show; small beside a chunk of the archive. */
const BATCH_BYTES = 128 * 1024;
/** A source that trickles is passed on all the same. */
const MAX_WAIT_MS = 100;

/**
 * What a pipe gives, in batches of 128 KiB and more. pg_dump writes 4 to 8 KiB at a time: taken one by one, every later
 * step would cost more per piece than per byte. The pipe is asked for more only while there is room. A batch holds until
 * the next is asked for: two buffers go round, as new ones would keep the garbage collector busy.
 */
export async function* readInBatches(source: PieceSource): AsyncGenerator<Uint8Array> {
  // Full at BATCH_BYTES, and then nothing more comes: the piece that fills it always has room.
  const roomBytes = BATCH_BYTES + PIECE_BYTES;
  let [filling, other] = [Buffer.allocUnsafeSlow(roomBytes), Buffer.allocUnsafeSlow(roomBytes)];
  let sizeBytes = 0;
  let isOver = false;
  let failure: unknown;
  let wake = (): void => undefined;
  source.ended
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      isOver = true;
      wake();
    });
  source.begin((piece) => {
    filling.set(piece, sizeBytes);
    sizeBytes += piece.length;
    if (sizeBytes < BATCH_BYTES) return true;
    wake();
    return false;
  });
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
        source.resume();
        yield batch;
      } else if (failure !== undefined) throw failure;
      else if (isOver) return;
    }
  } finally {
    source.destroy();
  }
}
