import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import type { Bus } from '@holdfast/bus';
import { presenceSchema, release, type Presence } from '@holdfast/contracts';

const REFRESH_MS = 10_000;

/** Names this process among all replicas: `<host>-<pid>-<random>`; also fit for a bucket's key. */
export function instanceName(): string {
  const host = hostname().replace(/[^a-zA-Z0-9_-]/g, '-');
  return `${host}-${process.pid}-${randomBytes(3).toString('hex')}`;
}

/** Tells the bucket `presence` every 10 s that this process lives; its entry is gone 30 s after the last. */
export async function announcePresence(
  bus: Bus,
  presence: Presence | (() => Presence),
  onProblem: (error: unknown, doing: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const bucket = await bus.bucket('presence', presenceSchema);
  const present = (): Presence => ({ release, ...(typeof presence === 'function' ? presence() : presence) });
  const key = `${present().service}.${present().instance}`;
  const refresh = async (): Promise<void> => {
    const entry = await bucket.get(key);
    if (entry) await bucket.update(key, present(), entry.revision);
    else await bucket.create(key, present());
  };
  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => onProblem(error, 'telling the others that we live'));
  }, REFRESH_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await bucket.remove(key);
    },
  };
}
