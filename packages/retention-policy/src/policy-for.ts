import { DEFAULT_POLICY, type RetentionPolicy } from '@holdfast/contracts';
import type { FilePolicy } from './parse-policies.ts';

export type PolicySources = {
  /** By database id, and DEFAULT_POLICY. */
  readonly stored: ReadonlyMap<string, RetentionPolicy>;
  /** As the file has them. */
  readonly file: readonly FilePolicy[];
  readonly environment: RetentionPolicy;
};

export type PolicyInForce = {
  readonly policy: RetentionPolicy;
  readonly source: 'stored' | 'file' | 'environment';
};

const EVERY = '*';

/**
 * What speaks of the database itself comes before what speaks of all, and of each what is stored before the file:
 * stored for it, the file's first entry that matches, stored default, the file's `*`, the environment. DEFAULT_POLICY asks
 * for the default ones alone.
 */
export function policyFor(database: string, { stored, file, environment }: PolicySources): PolicyInForce {
  const own = database === DEFAULT_POLICY ? undefined : ownPolicy(database, stored, file);
  if (own) return own;
  const byDefault = stored.get(DEFAULT_POLICY);
  if (byDefault) return { policy: byDefault, source: 'stored' };
  const forAll = file.find(({ pattern }) => pattern === EVERY);
  return forAll ? { policy: forAll.policy, source: 'file' } : { policy: environment, source: 'environment' };
}

function ownPolicy(
  database: string,
  stored: PolicySources['stored'],
  file: PolicySources['file'],
): PolicyInForce | undefined {
  const policy = stored.get(database);
  if (policy) return { policy, source: 'stored' };
  const named =
    file.find(({ pattern }) => pattern === database) ??
    file.find(({ pattern }) => pattern !== EVERY && matches(pattern, database));
  return named && { policy: named.policy, source: 'file' };
}

/** `*` any characters, `?` one. */
function matches(pattern: string, database: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(database);
}
