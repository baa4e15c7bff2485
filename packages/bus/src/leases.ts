import { HoldfastError } from '@holdfast/contracts';
import { z } from 'zod';
import type { Lease, Leases } from './bus.ts';
import { openBucket } from './bucket.ts';
import type { Link } from './link.ts';

const leaseSchema = z.object({ holder: z.string() });
/** The server sweeps what expired about once a second. */
const SWEEP_MS = 250;

/** Leases are keys that expire: `ttlMs`, the bucket's own, after their holder last renewed them. */
export function openLeases(link: Link, bucketName: string, ttlMs: number): Leases {
  const bucket = openBucket(link, bucketName, leaseSchema);
  const renewMs = ttlMs / 3;
  const released = rememberReleases(ttlMs);

  function keep(key: string, holder: string, acquired: number, acquiredAtMs: number): Lease {
    const lost = new AbortController();
    const stopped = new AbortController();
    let revision = acquired;
    // Counted from before the write was sent: the server's own count starts later, so ours ends first.
    let validUntil = acquiredAtMs + ttlMs;
    const lose = (why: string): void => {
      stopped.abort();
      lost.abort(new HoldfastError('lease_lost', `The lease on ${key} was lost: ${why}.`));
    };

    const renewOnce = async (): Promise<void> => {
      const sentAtMs = performance.now();
      const renewed = await bucket.update(key, { holder }, revision);
      if (stopped.signal.aborted) return;
      if (!renewed) return lose('another holds it');
      revision = renewed.revision;
      validUntil = sentAtMs + ttlMs;
    };

    const renewing = (async () => {
      while (!stopped.signal.aborted) {
        const dueMs = Math.min(renewMs, Math.max(0, validUntil - performance.now()));
        if (!(await sleeps(dueMs, stopped.signal))) return;
        const expiry = setTimeout(
          () => lose(`it could not be renewed for ${ttlMs} ms`),
          Math.max(0, validUntil - performance.now()),
        );
        try {
          await renewOnce();
        } catch (error) {
          if (!stopped.signal.aborted) link.report(asError(error));
          await sleeps(Math.min(SWEEP_MS, renewMs), stopped.signal);
        } finally {
          clearTimeout(expiry);
        }
        if (performance.now() >= validUntil) lose(`it could not be renewed for ${ttlMs} ms`);
      }
    })();

    return {
      token: acquired,
      lost: lost.signal,
      release: async () => {
        if (stopped.signal.aborted) return;
        stopped.abort();
        // A renewal on its way would make the revision ours no longer.
        await renewing;
        released.add(key, await bucket.removeAt(key, revision));
      },
    };
  }

  return {
    acquire: async (key, holder) => {
      const startedAtMs = performance.now();
      const entry = await bucket.createAfter(key, { holder }, released.take(key));
      return entry && keep(key, holder, entry.revision, startedAtMs);
    },
    waitUntilFree: (key, signal) => waitUntilFree(key, signal),
  };

  async function waitUntilFree(key: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const stored = await bucket.look(key);
      if (stored?.value === undefined) return;
      const expiresInMs = Math.min(ttlMs, Math.max(0, stored.timestampMs + ttlMs - Date.now()));
      const changed = new AbortController();
      const waiting = AbortSignal.any([signal, changed.signal]);
      try {
        // A release is told at once, expiry is not: hence the clock.
        await Promise.race([isRemoved(key, waiting), sleeps(expiresInMs + SWEEP_MS, waiting)]);
      } finally {
        changed.abort();
      }
    }
  }

  async function isRemoved(key: string, signal: AbortSignal): Promise<void> {
    for await (const entry of bucket.watch(key, signal)) {
      if (entry.value === undefined) return;
    }
  }
}

/** Of the places that are taken again and again; the leases of runs, which are not, push each other out. */
const MOST_REMEMBERED = 32;

/** At which revision we left keys: one that nobody took since is taken with one write. The server forgets them after `ttlMs`. */
function rememberReleases(ttlMs: number) {
  const releases = new Map<string, { readonly revision: number; readonly atMs: number }>();
  return {
    add: (key: string, revision: number | undefined): void => {
      if (revision === undefined) return;
      releases.set(key, { revision, atMs: performance.now() });
      const [oldest] = releases.keys();
      if (releases.size > MOST_REMEMBERED && oldest !== undefined) releases.delete(oldest);
    },
    /** 0: not known. */
    take: (key: string): number => {
      const release = releases.get(key);
      releases.delete(key);
      return release && performance.now() - release.atMs < ttlMs ? release.revision : 0;
    },
  };
}

/** False: woken by the signal. */
async function sleeps(durationMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return new Promise((resolve) => {
    const end = (slept: boolean) => () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', woken);
      resolve(slept);
    };
    const woken = end(false);
    const timer = setTimeout(end(true), durationMs);
    signal.addEventListener('abort', woken, { once: true });
  });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
