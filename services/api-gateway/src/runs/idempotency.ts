import { createHash } from 'node:crypto';
import type { Bus } from '@holdfast/bus';
import { HoldfastError, runIdSchema, type RunId } from '@holdfast/contracts';
import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';

const rememberedSchema = z.object({ run: runIdSchema, requestHash: z.string() });

const KEY_LIMIT = 255;

export interface Idempotency {
  /** The run that this caller's key stands for. Throws idempotency_mismatch when it stood for another request. */
  find(caller: Caller, key: string, request: unknown): Promise<RunId | undefined>;
  /** Claims the key for `run`; answers the run that has it, which is another's when two ask at once. */
  claim(caller: Caller, key: string, request: unknown, run: RunId): Promise<RunId>;
}

/** Bucket `idempotency`: caller and key, hashed → the run and a hash of the request. It forgets after 24 h. */
export async function openIdempotency(bus: Bus): Promise<Idempotency> {
  const bucket = await bus.bucket('idempotency', rememberedSchema);

  async function find(caller: Caller, key: string, request: unknown): Promise<RunId | undefined> {
    if (key.length > KEY_LIMIT) {
      throw new HoldfastError(
        'invalid_request',
        `The Idempotency-Key is longer than ${KEY_LIMIT} characters.`,
      );
    }
    const entry = await bucket.get(bucketKey(caller, key));
    if (!entry) return undefined;
    if (entry.value.requestHash === sha256(JSON.stringify(request))) return entry.value.run;
    throw new HoldfastError(
      'idempotency_mismatch',
      `This Idempotency-Key stands for another request, run ${entry.value.run}; use a new key.`,
    );
  }

  return {
    find,
    claim: async (caller, key, request, run) => {
      const requestHash = sha256(JSON.stringify(request));
      if (await bucket.create(bucketKey(caller, key), { run, requestHash })) return run;
      return (await find(caller, key, request)) ?? run;
    },
  };
}

const bucketKey = (caller: Caller, key: string): string => sha256(`${caller.name}\n${key}`);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
