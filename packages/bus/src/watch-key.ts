import { failureOf } from '@holdfast/contracts';
import type { Connection } from './connection.ts';
import type { Cell, KeyValue } from './key-value.ts';

/**
 * The present state of a key, then each change, until `signal` aborts (then it ends without an error). Changes in quick
 * succession may be told as one, the last. Waits out an outage of NATS. A removal is told only after a value was.
 */
export async function* watchKey(
  connection: Connection,
  keyValue: KeyValue,
  key: string,
  signal: AbortSignal,
): AsyncIterable<Cell> {
  const bell = keyValue.doorbell(key, signal);
  let seen = 0;
  try {
    while (!signal.aborted) {
      const cell = await lookPatiently(connection, keyValue, key, signal);
      if (signal.aborted) return;
      // Not "greater": a bucket that was made anew counts from one.
      const isNews = cell !== undefined && cell.revision !== seen;
      if (isNews && (cell.data !== undefined || seen !== 0)) yield cell;
      if (isNews) seen = cell.revision;
      await bell.wait();
    }
  } finally {
    bell.close();
  }
}

async function lookPatiently(
  connection: Connection,
  keyValue: KeyValue,
  key: string,
  signal: AbortSignal,
): Promise<Cell | undefined> {
  for (;;) {
    try {
      return await keyValue.get(key, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (failureOf(error).code !== 'bus_unavailable' || connection.nats.isClosed()) throw error;
    }
  }
}
