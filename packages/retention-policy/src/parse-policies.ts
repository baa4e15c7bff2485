import {
  HoldfastError,
  parseDuration,
  retentionPolicySchema,
  sizeSchema,
  type RetentionPolicy,
} from '@holdfast/contracts';
import { parseDocument } from 'yaml';
import { assertZone } from './periods.ts';

/** A database's id, or a pattern over ids with * and ?. */
export type FilePolicy = { readonly pattern: string; readonly policy: RetentionPolicy };

const PATTERN = /^[a-z0-9_*?-]{1,63}$/;

type Rule = { readonly field: keyof RetentionPolicy; readonly kind: 'duration' | 'size' | 'count' | 'zone' };

const rules: Readonly<Record<string, Rule>> = {
  'max-age': { field: 'maxAgeMs', kind: 'duration' },
  'max-count': { field: 'maxCount', kind: 'count' },
  'max-total-size': { field: 'maxTotalBytes', kind: 'size' },
  'keep-last': { field: 'keepLast', kind: 'count' },
  'keep-within': { field: 'keepWithinMs', kind: 'duration' },
  'keep-hourly': { field: 'keepHourly', kind: 'count' },
  'keep-daily': { field: 'keepDaily', kind: 'count' },
  'keep-weekly': { field: 'keepWeekly', kind: 'count' },
  'keep-monthly': { field: 'keepMonthly', kind: 'count' },
  'keep-yearly': { field: 'keepYearly', kind: 'count' },
  timezone: { field: 'timezone', kind: 'zone' },
  'minimum-redundancy': { field: 'minimumRedundancy', kind: 'count' },
};

/**
 * Reads BACKUP_RETENTION_FILE: `policies:` with a database's id or pattern before each policy. Throws policy_invalid with
 * all that is wrong in one message. `timezone`: of policies that name none [UTC].
 */
export function parsePolicies(yamlText: string, timezone = 'UTC'): readonly FilePolicy[] {
  const document = parseDocument(yamlText);
  const problems: string[] = document.errors.map(({ message }) => message.split('\n')[0] ?? message);
  const root: unknown = problems.length === 0 ? document.toJS({ mapAsMap: true }) : new Map();
  const found = problems.length === 0 ? entriesOf(root, problems) : [];
  const parsed = found.map(([pattern, value]) => readPolicy(String(pattern), value, timezone, problems));
  if (problems.length === 0) return parsed.filter((each) => each !== undefined);
  throw new HoldfastError('policy_invalid', `The retention policies cannot be used: ${problems.join('; ')}.`);
}

/** One policy with the file's own words, as the CLI and the file write it. Throws policy_invalid. */
export function parsePolicy(words: Readonly<Record<string, unknown>>, timezone = 'UTC'): RetentionPolicy {
  const problems: string[] = [];
  const parsed = readPolicy('*', new Map(Object.entries(words)), timezone, problems);
  if (parsed && problems.length === 0) return parsed.policy;
  throw new HoldfastError('policy_invalid', `The policy cannot be used: ${problems.join('; ')}.`);
}

function entriesOf(root: unknown, problems: string[]): readonly (readonly [unknown, unknown])[] {
  if (root === null) return [];
  if (!(root instanceof Map)) {
    problems.push('it must begin with "policies:"');
    return [];
  }
  for (const key of root.keys())
    if (key !== 'policies') problems.push(`"${String(key)}" is not known; only "policies" is`);
  const policies: unknown = root.get('policies') ?? new Map();
  if (policies instanceof Map) return [...(policies as ReadonlyMap<unknown, unknown>)]; // yaml says nothing of what is in it
  problems.push('"policies" must be a list of patterns, each followed by its rules');
  return [];
}

function readPolicy(
  pattern: string,
  value: unknown,
  timezone: string,
  problems: string[],
): FilePolicy | undefined {
  const before = problems.length;
  if (!PATTERN.test(pattern))
    problems.push(`"${pattern}" is no database id or pattern (a-z, 0-9, _, -, * and ?)`);
  if (!(value instanceof Map) || value.size === 0) {
    problems.push(`${pattern}: has no rules, so everything would be kept; write one, or take it out`);
    return undefined;
  }
  const fields: Record<string, unknown> = { timezone };
  for (const [word, given] of value as ReadonlyMap<unknown, unknown>) {
    const rule = Object.hasOwn(rules, String(word)) ? rules[String(word)] : undefined;
    const read = rule && readValue(rule, given);
    if (!rule)
      problems.push(`${pattern}: "${String(word)}" is no rule; there are ${Object.keys(rules).join(', ')}`);
    else if (read === undefined) problems.push(`${pattern}: ${String(word)}: ${expected[rule.kind](given)}`);
    else fields[rule.field] = read;
  }
  if (problems.length > before) return undefined;
  const policy = retentionPolicySchema.safeParse(fields);
  if (policy.success) return { pattern, policy: policy.data };
  for (const issue of policy.error.issues)
    problems.push(`${pattern}: ${issue.path.join('.')}: ${issue.message}`);
  return undefined;
}

const shown = (given: unknown): string => JSON.stringify(given) ?? 'nothing';
const expected: Readonly<Record<Rule['kind'], (given: unknown) => string>> = {
  duration: (given) => `${shown(given)} is not a duration such as 12h or 30d`,
  size: (given) => `${shown(given)} is no size such as 50GB`,
  count: (given) => `${shown(given)} is not a whole number`,
  zone: (given) => `${shown(given)} is no time zone such as Europe/Berlin`,
};

function readValue({ kind }: Rule, given: unknown): number | string | undefined {
  switch (kind) {
    case 'duration':
      return typeof given === 'string' ? parseDuration(given) : undefined;
    case 'size':
      return sizeSchema.safeParse(String(given)).data;
    case 'count':
      return typeof given === 'number' && Number.isSafeInteger(given) ? given : undefined;
    case 'zone':
      return typeof given === 'string' && isZone(given) ? given : undefined;
    default:
      return kind satisfies never;
  }
}

function isZone(name: string): boolean {
  try {
    assertZone(name);
    return true;
  } catch {
    return false; // said by who asks, with the others
  }
}
