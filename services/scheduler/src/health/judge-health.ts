import type { HealthProblem, HealthState, Overall } from '@holdfast/contracts';
import { judgeBackups } from './judge-backups.ts';
import { judgeResources } from './judge-resources.ts';
import { judgeServices } from './judge-services.ts';
import { judgeStorage } from './judge-storage.ts';
import type { Check, Limits, Signs } from './signs.ts';

/** Everything that was looked at, what is well too. */
export const judgeHealth = (signs: Signs, limits: Limits): readonly Check[] => [
  ...judgeStorage(signs.storage, limits),
  ...judgeBackups(signs, limits),
  ...judgeServices(signs, limits),
  ...judgeResources(signs),
];

export const problemsOf = (checks: readonly Check[]): readonly HealthProblem[] =>
  checks.flatMap(({ outcome: severity, detail: message, check, subject }) =>
    severity === 'ok' ? [] : [{ check, ...(subject === undefined ? {} : { subject }), severity, message }],
  );

export const overallOf = (problems: readonly Pick<HealthProblem, 'severity'>[]): Overall =>
  problems.some(({ severity }) => severity === 'critical')
    ? 'critical'
    : problems.length > 0
      ? 'warning'
      : 'healthy';

export type Change = {
  readonly overall: Overall;
  readonly previous: Overall;
  readonly problems: readonly HealthProblem[];
  readonly resolved: readonly HealthProblem[];
};

/**
 * What is to be told, given what was told last: undefined while the same problems are there, of the same severity. That a
 * number in a sentence changed is nothing new. Nobody was told anything yet: that all is well is no news either.
 */
export function judgeChange(
  before: Pick<HealthState, 'overall' | 'problems'> | undefined,
  problems: readonly HealthProblem[],
): Change | undefined {
  const known = before?.problems ?? [];
  const keys = new Set(problems.map(keyOf));
  const subjects = new Set(problems.map(subjectOf));
  const knownKeys = new Set(known.map(keyOf));
  const isSame = keys.size === knownKeys.size && [...keys].every((key) => knownKeys.has(key));
  if (isSame) return undefined;
  return {
    overall: overallOf(problems),
    previous: before?.overall ?? 'healthy',
    problems,
    resolved: known.filter((problem) => !subjects.has(subjectOf(problem))),
  };
}

const subjectOf = ({ check, subject = '' }: HealthProblem): string => `${check} ${subject}`;
const keyOf = (problem: HealthProblem): string => `${subjectOf(problem)} ${problem.severity}`;
