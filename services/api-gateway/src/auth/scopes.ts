import { roles, type Grant, type Permission } from '@holdfast/contracts';
import type { Caller } from './caller.ts';

// What grants mean. Pure, all of it.

/** Permissions, with the databases whose ids match one of the patterns. */
export type Scope = { readonly permissions: readonly Permission[]; readonly databases: readonly string[] };

export const scopeOf = ({ role, permissions, databases }: Grant): Scope => ({
  permissions: [...new Set([...(role === undefined ? [] : roles[role]), ...permissions])],
  databases,
});

export const permissionsIn = (scopes: readonly Scope[]): readonly Permission[] => [
  ...new Set(scopes.flatMap(({ permissions }) => permissions)),
];

export const scopesOf = ({ scopes, permissions }: Pick<Caller, 'scopes' | 'permissions'>): readonly Scope[] =>
  scopes ?? [{ permissions, databases: ['*'] }];

/**
 * Whether a caller may do it with every database that `database` means: an id, a pattern, or undefined for what is about
 * the whole system.
 */
export function may(
  caller: Pick<Caller, 'scopes' | 'permissions'>,
  permission: Permission,
  database: string | undefined,
): boolean {
  return scopesOf(caller).some(
    ({ permissions, databases }) =>
      permissions.includes(permission) && databases.some((pattern) => covers(pattern, database ?? '*')),
  );
}

/** The first permission that is granted wider than the caller has it; undefined: none. */
export function tooWide(
  caller: Pick<Caller, 'scopes' | 'permissions'>,
  grants: readonly Grant[],
): { readonly permission: Permission; readonly database: string } | undefined {
  for (const { permissions, databases } of grants.map(scopeOf)) {
    for (const permission of permissions) {
      const database = databases.find((pattern) => !may(caller, permission, pattern));
      if (database !== undefined) return { permission, database };
    }
  }
  return undefined;
}

/**
 * Whether all that `pattern` may mean is meant by `wide`. Cautious: where it is not plain to see, the answer is no, so that
 * nobody gets more than he has.
 */
export function covers(wide: string, pattern: string): boolean {
  if (wide === '*' || wide === pattern) return true;
  if (!/[*?]/.test(pattern)) return matcherOf(wide).test(pattern);
  const beginning = /^(?<text>[^*?]*)\*$/.exec(wide)?.groups?.['text'];
  return beginning !== undefined && (/^[^*?]*/.exec(pattern)?.[0] ?? '').startsWith(beginning);
}

/** Patterns are of ids: letters, digits, - and _ need no escape. */
const matcherOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/\*+/g, '[^]*').replaceAll('?', '[^]')}$`);
