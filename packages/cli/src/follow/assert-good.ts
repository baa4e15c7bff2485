import type { Run } from '@holdfast/contracts';
import { CliError } from '../cli-error.ts';

/** Throws invalid_backup when a validation found a backup bad: that is a finding for the run, a failure for the caller. */
export function assertGood(runs: readonly Run[], document: Readonly<Record<string, unknown>>): void {
  const bad = runs.flatMap(({ validation }) => (validation?.verdict === 'invalid' ? [validation] : []));
  const [first] = bad;
  if (!first) return;
  const finding = first.findings.find(({ outcome }) => outcome === 'failed');
  const why = finding === undefined ? '' : `: ${finding.check}: ${finding.detail}`;
  const more = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  throw new CliError(`${first.filename}${more}${why}`, {
    code: 'invalid_backup',
    title: bad.length === 1 ? 'The backup is not good' : `${bad.length} backups are not good`,
    next: 'make another one: backup-admin create --validate; keep the bad one until that is proven',
    document,
  });
}
