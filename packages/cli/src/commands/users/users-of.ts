import type { Grant, TokenView } from '@holdfast/contracts';

/** Everybody whose tokens have the same name. */
export type User = {
  readonly name: string;
  /** Of all of its tokens that have not ended. */
  readonly grants: readonly Grant[];
  /** Ids, those that have ended too. */
  readonly tokens: readonly string[];
  /** Of these, those that still work. */
  readonly valid: number;
  readonly lastUsedAt?: string;
};

/** By name. Pure. */
export function usersOf(tokens: readonly TokenView[], nowMs: number): readonly User[] {
  return [...Map.groupBy(tokens, ({ name }) => name)]
    .map(([name, own]): User => {
      const valid = own.filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > nowMs);
      const grants = new Map(
        valid.flatMap((token) => token.grants.map((grant) => [JSON.stringify(grant), grant])),
      );
      const used = own.flatMap(({ lastUsedAt }) => lastUsedAt ?? []).sort();
      const lastUsedAt = used.at(-1);
      return {
        name,
        grants: [...grants.values()],
        tokens: own.map(({ id }) => id),
        valid: valid.length,
        ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
