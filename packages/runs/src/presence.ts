import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import type { Bus } from '@holdfast/bus';
import { presenceSchema, release, type Presence } from '@holdfast/contracts';
import { watchResources } from './resources.ts';

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
  const resources = watchResources();
  const present = (): Presence => (typeof presence === 'function' ? presence() : presence);
  const key = `${present().service}.${present().instance}`;
  const refresh = async (): Promise<void> => {
    const value = { release, resources: resources.look(), ...present() };
    const entry = await bucket.get(key);
    if (entry) await bucket.update(key, value, entry.revision);
    else await bucket.create(key, value);
  };
  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => onProblem(error, 'telling the others that we live'));
  }, REFRESH_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      resources.stop();
      await bucket.remove(key);
    },
  };
}
