import { readFile } from 'node:fs/promises';
import { DEFAULT_POLICY, HoldfastError, type PolicyView, type RetentionPolicy } from '@holdfast/contracts';
import {
  assertZone,
  environmentPolicy,
  isTooStrict,
  parsePolicies,
  policyFor,
  type FilePolicy,
} from '@holdfast/retention-policy';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Answer, type CallContext } from '../http/handler.ts';
import { conflict, etagOf, isWanted, versionOf, wantedVersion } from '../versions/version.ts';
import { askForPlan } from './ask-plan.ts';

/** Everything that is in force: what is stored, what the file says and is not overruled, and the default. */
export async function listPolicies(deps: GatewayDependencies): Promise<readonly PolicyView[]> {
  const [entries, file] = await Promise.all([deps.policies.entries(), readPolicyFile(deps)]);
  const stored: PolicyView[] = entries.map((entry) => ({
    database: entry.key,
    policy: entry.value.policy,
    source: 'stored',
    version: versionOf(entry),
  }));
  const taken = new Set(stored.map(({ database }) => database));
  const fromFile: PolicyView[] = file
    .filter(({ pattern }) => pattern !== '*' && !taken.has(pattern))
    .map(({ pattern, policy }) => ({ database: pattern, policy, source: 'file' }));
  const byDefault = taken.has(DEFAULT_POLICY) ? [] : [await policyInForce(deps, DEFAULT_POLICY)];
  return [...byDefault, ...stored, ...fromFile].toSorted((a, b) => a.database.localeCompare(b.database));
}

/** What holds for a database, or by default. */
export async function policyInForce(deps: GatewayDependencies, database: string): Promise<PolicyView> {
  const [entries, file] = await Promise.all([deps.policies.entries(), readPolicyFile(deps)]);
  const stored = new Map(entries.map(({ key, value }) => [key, value.policy]));
  const environment = environmentPolicy(deps.settings);
  return { database, ...policyFor(database, { stored, file, environment }) };
}

/** Stores it by compare-and-set, once a plan has shown that it does not remove all that is not protected. */
export async function putPolicy(
  deps: GatewayDependencies,
  { caller, headers }: CallContext,
  database: string,
  policy: RetentionPolicy,
  isForced: boolean,
): Promise<Answer<PolicyView>> {
  assertZone(policy.timezone);
  const wanted = wantedVersion(headers);
  if (!isForced) await assertNotTooStrict(deps, database, policy);
  for (;;) {
    const present = await deps.policies.get(database);
    const whose = database === DEFAULT_POLICY ? 'The default policy' : `The policy of ${database}`;
    if (wanted !== undefined && present && !isWanted(wanted, present))
      return conflict(whose, wanted, present, viewOf(present));
    if (wanted !== undefined && !present) {
      const message = `${whose} is not stored any more; leave If-Match out to store it anew.`;
      return { failure: { code: 'version_conflict', message } };
    }
    const value = { policy, updatedAt: deps.now().toISOString(), updatedBy: caller.name };
    const stored = present
      ? await deps.policies.update(database, value, present.revision)
      : await deps.policies.create(database, value);
    if (stored) return { ...ok(viewOf(stored)), headers: etagOf(stored) };
  }
}

/** Answers what is in force then. Throws policy_not_found. */
export async function removePolicy(deps: GatewayDependencies, database: string): Promise<PolicyView> {
  const present = await deps.policies.get(database);
  if (!present) {
    const message = `No policy is stored for ${database}; "backup-admin retention policies" shows what is in force, and from where.`;
    throw new HoldfastError('policy_not_found', message);
  }
  await deps.policies.remove(database, present.revision);
  return policyInForce(deps, database);
}

const viewOf = (entry: {
  readonly key: string;
  readonly revision: number;
  readonly value: { readonly policy: RetentionPolicy };
}): PolicyView => ({
  database: entry.key,
  policy: entry.value.policy,
  source: 'stored',
  version: versionOf(entry),
});

async function assertNotTooStrict(
  deps: GatewayDependencies,
  database: string,
  policy: RetentionPolicy,
): Promise<void> {
  const of = database === DEFAULT_POLICY ? {} : { database };
  const [strict, ...others] = (await askForPlan(deps, { ...of, policy })).filter(isTooStrict);
  if (!strict) return;
  const also =
    others.length === 0 ? '' : ` (and likewise of ${others.map((plan) => plan.database).join(', ')})`;
  throw new HoldfastError(
    'policy_too_strict',
    `It would remove ${strict.remove.length} backups of ${strict.database}${also} and keep only the ${strict.keep.length} that are protected; plan it first, and store it with force if that is what you want.`,
  );
}

async function readPolicyFile({ settings }: GatewayDependencies): Promise<readonly FilePolicy[]> {
  const path = settings.BACKUP_RETENTION_FILE;
  if (path === undefined) return [];
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const message = `BACKUP_RETENTION_FILE (${path}) cannot be read by the gateway; is it there, and may it be read?`;
    throw new HoldfastError('policy_invalid', message, { cause });
  }
  return parsePolicies(text, settings.BACKUP_TIMEZONE);
}
