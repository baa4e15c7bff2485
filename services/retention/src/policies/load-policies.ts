import { readFile } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/contracts';
import {
  environmentPolicy,
  parsePolicies,
  type FilePolicy,
  type PolicySources,
} from '@holdfast/retention-policy';
import type { RetentionSettings } from '../config.ts';
import type { RetentionDependencies } from '../dependencies.ts';

/** All policies as they are now; the file is read each time, so that a change of it needs no restart. Throws policy_invalid. */
export async function loadPolicies(
  deps: Pick<RetentionDependencies, 'policies' | 'settings'>,
): Promise<PolicySources> {
  const [entries, file] = await Promise.all([deps.policies.entries(), readPolicyFile(deps.settings)]);
  return {
    stored: new Map(entries.map(({ key, value }) => [key, value.policy])),
    file,
    environment: environmentPolicy(deps.settings),
  };
}

export async function readPolicyFile(settings: RetentionSettings): Promise<readonly FilePolicy[]> {
  const path = settings.BACKUP_RETENTION_FILE;
  if (path === undefined) return [];
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'policy_invalid',
      `BACKUP_RETENTION_FILE (${path}) cannot be read; is it there, and may it be read? Nothing is removed until it can be.`,
      { cause },
    );
  }
  return parsePolicies(text, settings.BACKUP_TIMEZONE);
}
