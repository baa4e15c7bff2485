import type { Entry } from '@holdfast/bus';
import { HoldfastError, type Grant, type NewToken, type TokenView } from '@holdfast/contracts';
import type { Caller } from '../auth/caller.ts';
import { tooWide } from '../auth/scopes.ts';
import {
  grantsOf,
  hashOf,
  idOf,
  newToken,
  type StoredToken,
  type TokenBucket,
  type Tokens,
} from '../auth/tokens.ts';

export type Wanted = {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly expiresAt?: string | undefined;
};

/** By name, then by age. */
export async function listTokens(bucket: TokenBucket): Promise<readonly TokenView[]> {
  const views = (await stored(bucket)).map(viewOf);
  return views.sort((a, b) => a.name.localeCompare(b.name) || a.createdAt.localeCompare(b.createdAt));
}

/** Throws grant_too_wide. */
export async function createToken(
  bucket: TokenBucket,
  caller: Caller,
  { name, grants, expiresAt }: Wanted,
  now: Date,
): Promise<NewToken> {
  assertNotWider(caller, grants);
  const token = newToken();
  const value: StoredToken = {
    name,
    grants: [...grants],
    createdAt: now.toISOString(),
    createdBy: caller.name,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const key = hashOf(token);
  await bucket.create(key, value);
  return { token, view: viewOf({ key, value }) };
}

/** A token like it, and an end to it. The new one first: who dies in between has two that work. Throws version_conflict. */
export async function rotateToken(
  { bucket, tokens }: { readonly bucket: TokenBucket; readonly tokens: Tokens },
  caller: Caller,
  { id, overlapMs }: { readonly id: string; readonly overlapMs: number },
  now: Date,
): Promise<NewToken> {
  const old = await find(bucket, id);
  const { name, expiresAt } = old.value;
  const made = await createToken(
    bucket,
    caller,
    { name, grants: grantsOf(old.value), expiresAt: expiryOf(old.value, now) },
    now,
  );
  const end = new Date(now.getTime() + overlapMs).toISOString();
  const ends = expiresAt !== undefined && expiresAt < end ? expiresAt : end;
  const ending = { ...old.value, expiresAt: ends, rotatedTo: made.view.id };
  if (!(await bucket.update(old.key, ending, old.revision))) {
    await bucket.remove(hashOf(made.token));
    throw new HoldfastError('version_conflict', `Token ${id} was changed meanwhile; look at it again.`);
  }
  tokens.forget(old.key);
  return made;
}

/** It lives as long again as the old one was to live. */
function expiryOf({ createdAt, expiresAt }: StoredToken, now: Date): string | undefined {
  if (expiresAt === undefined) return undefined;
  return new Date(now.getTime() + Date.parse(expiresAt) - Date.parse(createdAt)).toISOString();
}

/** Throws token_not_found; grant_too_wide, as nobody ends what he could not have given. */
export async function revokeToken(
  { bucket, tokens }: { readonly bucket: TokenBucket; readonly tokens: Tokens },
  caller: Caller,
  id: string,
): Promise<TokenView> {
  const entry = await find(bucket, id);
  assertNotWider(caller, grantsOf(entry.value));
  await bucket.remove(entry.key);
  tokens.forget(entry.key);
  return viewOf(entry);
}

function assertNotWider(caller: Caller, grants: readonly Grant[]): void {
  const wide = tooWide(caller, grants);
  if (!wide) return;
  const message = `${caller.name} may not give away ${wide.permission} for "${wide.database}", which is more than he has.`;
  throw new HoldfastError('grant_too_wide', message);
}

type TokenEntry = Entry<StoredToken>;

async function stored(bucket: TokenBucket): Promise<readonly TokenEntry[]> {
  return (await bucket.entries()).flatMap((entry) =>
    'name' in entry.value ? [{ ...entry, value: entry.value }] : [],
  );
}

async function find(bucket: TokenBucket, id: string): Promise<TokenEntry> {
  const entry = (await stored(bucket)).find(({ key }) => idOf(key) === id);
  if (entry) return entry;
  throw new HoldfastError('token_not_found', `No token has the id ${id}; "backup-admin tokens" lists them.`);
}

function viewOf({ key, value }: Pick<TokenEntry, 'key' | 'value'>): TokenView {
  const { name, createdAt, createdBy, expiresAt, lastUsedAt, rotatedTo } = value;
  return {
    id: idOf(key),
    name,
    grants: [...grantsOf(value)],
    createdAt,
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(rotatedTo === undefined ? {} : { rotatedTo }),
  };
}
