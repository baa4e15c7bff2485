import { roles, type RoleName } from '@holdfast/contracts';
import type { Caller } from '../caller.ts';

export type Claims = Readonly<Record<string, unknown>>;

export type ClaimSettings = {
  readonly AUTH_JWT_ROLE_CLAIM: string;
  readonly AUTH_JWT_ROLES: string;
  readonly AUTH_JWT_NAME_CLAIM: string;
};

/** Who a verified token speaks for. Words that are mapped to no role give no permission. Pure. */
export function callerOfClaims(claims: Claims & { readonly sub: string }, settings: ClaimSettings): Caller {
  const mapped = mappingOf(settings.AUTH_JWT_ROLES);
  const words = wordsOf(claimAt(claims, settings.AUTH_JWT_ROLE_CLAIM));
  const held = words.flatMap((word) => mapped.get(word) ?? []);
  const name = claimAt(claims, settings.AUTH_JWT_NAME_CLAIM);
  const permissions = [...new Set(held.flatMap((role) => roles[role]))];
  return {
    name: typeof name === 'string' && name !== '' ? name.slice(0, 200) : claims.sub,
    permissions,
    scopes: [{ permissions, databases: ['*'] }],
    credential: `jwt:${claims.sub}`,
  };
}

/** `realm_access.roles`: a claim of that very name first, then through objects. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, key) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return isObject ? (value as Claims)[key] : undefined;
  }, claims);
}

/** A word, words apart by spaces, a list of words, or a switch. */
function wordsOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.flatMap((each) => (typeof each === 'string' ? [each] : []));
  if (typeof claim === 'string') return [claim, ...claim.split(' ')];
  return typeof claim === 'boolean' || typeof claim === 'number' ? [String(claim)] : [];
}

const mappingOf = (text: string): ReadonlyMap<string, RoleName> =>
  new Map(
    text.split(',').map((pair) => {
      const [word = '', role = ''] = pair.split('=');
      return [word.trim(), role.trim() as RoleName]; // the setting's schema holds it
    }),
  );
