import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/contracts';
import { nuid } from 'nats';
import { z } from 'zod';
import type { Lease, Leases } from './bus.ts';
import type { Connection } from './connection.ts';
import { holdLease } from './hold-lease.ts';
import { openKeyValue, type Cell, type KeyValue } from './key-value.ts';

/** `nonce` tells two acquisitions by one holder apart. */
const leaseSchema = z.object({ holder: z.string(), nonce: z.string() });
export type LeaseValue = z.infer<typeof leaseSchema>;

export function readLease(cell: Cell | undefined): LeaseValue | undefined {
  if (!cell?.data) return undefined;
  return leaseSchema.parse(JSON.parse(cell.data.toString('utf8')));
}

/** Leases in a bucket whose TTL is their life: a holder that stops renewing is forgotten by the broker itself. */
export async function openLeases(connection: Connection, bucket: string): Promise<Leases> {
  const keyValue = await openKeyValue(connection, bucket);
  if (keyValue.ttlMs === 0) {
    throw new HoldfastError('internal', `Bucket ${bucket} has no TTL: a lease in it would never run out.`);
  }

  async function acquire(key: string, holder: string): Promise<Lease | undefined> {
    const value: LeaseValue = { holder, nonce: nuid.next() };
    const askedAt = performance.now();
    const token = await takeIfFree(keyValue, key, JSON.stringify(value));
    return token === undefined ? undefined : holdLease({ connection, keyValue, key, value, token, askedAt });
  }

  async function waitUntilFree(key: string, signal: AbortSignal): Promise<void> {
    const bell = keyValue.doorbell(key, signal);
    try {
      for (;;) {
        signal.throwIfAborted();
        const cell = await keyValue.get(key, signal);
        if (!cell?.data) return;
        await bell.wait(untilExpiryMs(cell, keyValue.ttlMs));
      }
    } finally {
      bell.close();
    }
  }

  return { acquire, waitUntilFree };
}

/** The revision of our value, or undefined when a living one holds the key. */
async function takeIfFree(keyValue: KeyValue, key: string, value: string): Promise<number | undefined> {
  const token = await keyValue.put(key, value, 0);
  if (token !== undefined) return token;
  // Held; or released, which leaves a marker; or expired between the two calls.
  const cell = await keyValue.get(key);
  return cell?.data ? undefined : keyValue.put(key, value, cell?.revision ?? 0);
}

/**
 * When to look again: expiry rings no bell. The broker's clock may differ from ours, so this is a guess between a
 * twentieth of the TTL and the whole; a wrong guess costs at most that twentieth.
 */
function untilExpiryMs(cell: Cell, ttlMs: number): number {
  const remainingMs = Date.parse(cell.timestamp) + ttlMs - Date.now();
  return Math.min(ttlMs, Math.max(ttlMs / 20, remainingMs));
}

/** Waits, or returns early when `signal` aborts. */
export const pause = (delayMs: number, signal: AbortSignal): Promise<void> =>
  delay(delayMs, undefined, { signal }).catch(() => {});
