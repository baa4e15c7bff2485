import { createHash, randomBytes } from 'node:crypto';
import type { Bucket, Entry } from '@holdfast/bus';
import { failureOf, grantSchema, roleNames, timestampSchema, type Grant } from '@holdfast/contracts';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import { permissionsIn, scopeOf } from './scopes.ts';

export const tokenSchema = z.object({
  name: z.string(),
  createdAt: timestampSchema,
  /** The first admin's, beside `grants`. */
  role: z.enum(roleNames).optional(),
  grants: z.array(grantSchema).optional(),
  createdBy: z.string().optional(),
  expiresAt: timestampSchema.optional(),
  lastUsedAt: timestampSchema.optional(),
  rotatedTo: z.string().optional(),
});
export type StoredToken = z.infer<typeof tokenSchema>;

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

/** What a token is called by: the beginning of its hash. It says nothing about the token. */
export const idOf = (hash: string): string => hash.slice(0, 16);

export const grantsOf = ({ role, grants = [] }: StoredToken): readonly Grant[] => [
  ...(role === undefined ? [] : [{ role, permissions: [], databases: ['*'] }]),
  ...grants,
];

export const isExpired = ({ expiresAt }: StoredToken, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now;

/** How long a look-up may be stale: what a revocation takes to reach every gateway. */
const FRESH_MS = 5_000;
/** More callers than anybody has; beyond it the oldest is looked up again. */
const CACHE_LIMIT = 1_000;
/** `lastUsedAt` is no more than this off: a write for each call would cost more than the call. */
const USED_EVERY_MS = 3_600_000;

export interface Tokens {
  /** The caller behind a token; undefined when there is none, or it expired. Throws bus_unavailable. */
  callerOf(token: string): Promise<Caller | undefined>;
  /** Whether it was looked up of late: then it is no guess. */
  isKnown(token: string): boolean;
  /** Looks it up anew next time. */
  forget(hash: string): void;
}

type Known = { readonly stored: StoredToken; readonly caller: Caller; readonly at: number };

/**
 * Looks tokens up by their hash, so that no comparison can leak one by its timing. Known ones are cached for 5 s, and
 * still hold while the bus is away, so that listing and downloading go on.
 */
export function openTokens(bucket: TokenBucket, now: () => number = Date.now): Tokens {
  const cache = new Map<string, Known>();

  async function lookUp(hash: string): Promise<Known | undefined> {
    const entry = await bucket.get(hash);
    cache.delete(hash);
    if (!entry || !('name' in entry.value)) return undefined;
    const stored = entry.value;
    const known = { stored, caller: callerOf(hash, stored), at: now() };
    cache.set(hash, known);
    const [oldest] = cache.keys();
    if (cache.size > CACHE_LIMIT && oldest !== undefined) cache.delete(oldest);
    if (!isExpired(stored, now())) markUsed(bucket, { ...entry, value: stored }, now());
    return known;
  }

  return {
    callerOf: async (token) => {
      const hash = hashOf(token);
      const cached = cache.get(hash);
      let known = cached;
      if (!cached || now() - cached.at >= FRESH_MS) {
        try {
          known = await lookUp(hash);
        } catch (error) {
          if (!cached || failureOf(error).code !== 'bus_unavailable') throw error;
        }
      }
      return known && !isExpired(known.stored, now()) ? known.caller : undefined;
    },
    isKnown: (token) => cache.has(hashOf(token)),
    forget: (hash) => void cache.delete(hash),
  };
}

function callerOf(hash: string, stored: StoredToken): Caller {
  const scopes = grantsOf(stored).map(scopeOf);
  return { name: stored.name, permissions: permissionsIn(scopes), scopes, credential: `token:${idOf(hash)}` };
}

/** Whoever loses the race need not write; a token that was revoked meanwhile does not come back, as its revision moved. */
function markUsed(bucket: TokenBucket, { key, value, revision }: Entry<StoredToken>, now: number): void {
  if (value.lastUsedAt !== undefined && now - Date.parse(value.lastUsedAt) < USED_EVERY_MS) return;
  const used = { ...value, lastUsedAt: new Date(now).toISOString() };
  // Not worth a word: the next look-up tries again.
  bucket.update(key, used, revision).catch(() => undefined);
}
