import { createHash, randomBytes } from 'node:crypto';
import type { Bucket } from '@holdfast/bus';
import { failureOf, roleNames, roles, timestampSchema } from '@holdfast/contracts';
import { z } from 'zod';
import type { Caller } from './caller.ts';

export const tokenSchema = z.object({
  name: z.string(),
  role: z.enum(roleNames),
  createdAt: timestampSchema,
});

/** Says which token is the first admin's; `registered` turns true once its own key exists. */
export const firstAdminSchema = z.object({ firstAdmin: z.string(), registered: z.boolean() });

/** Bucket `tokens`: sha256 hex of a token → who it is; and the one key FIRST_ADMIN. */
export const tokenBucketSchema = z.union([tokenSchema, firstAdminSchema]);
export type TokenBucket = Bucket<z.infer<typeof tokenBucketSchema>>;

export const FIRST_ADMIN = 'first-admin';
export const TOKEN = /^hf_[A-Za-z0-9_-]{43}$/;

/** 256 random bits with a prefix that secret scanners can know. */
export const newToken = (): string => `hf_${randomBytes(32).toString('base64url')}`;

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** How long a look-up may be stale: what a revocation takes to reach every gateway. */
const FRESH_MS = 5_000;
/** More callers than anybody has; beyond it the oldest is looked up again. */
const CACHE_LIMIT = 1_000;

export interface Tokens {
  /** The caller behind a token; undefined when there is none. Throws bus_unavailable. */
  callerOf(token: string): Promise<Caller | undefined>;
}

/**
 * Looks tokens up by their hash, so that no comparison can leak one by its timing. Known ones are cached for 5 s, and
 * still hold while the bus is away, so that listing and downloading go on.
 */
export function openTokens(bucket: TokenBucket, now: () => number = Date.now): Tokens {
  const cache = new Map<string, { readonly caller: Caller; readonly at: number }>();
  return {
    callerOf: async (token) => {
      const hash = hashOf(token);
      const cached = cache.get(hash);
      if (cached && now() - cached.at < FRESH_MS) return cached.caller;
      try {
        const value = (await bucket.get(hash))?.value;
        cache.delete(hash);
        if (!value || !('role' in value)) return undefined;
        const caller = { name: value.name, permissions: roles[value.role] };
        cache.set(hash, { caller, at: now() });
        const [oldest] = cache.keys();
        if (cache.size > CACHE_LIMIT && oldest !== undefined) cache.delete(oldest);
        return caller;
      } catch (error) {
        if (cached && failureOf(error).code === 'bus_unavailable') return cached.caller;
        throw error;
      }
    },
  };
}
