import type { Backup } from '@holdfast/contracts';
import type { BackupFacts, Cadence } from '@holdfast/retention-policy';
import { usageError } from '../../cli-error.ts';

const DAY_MS = 86_400_000;
const NAMED: Readonly<Record<string, number>> = { hourly: DAY_MS / 24, daily: DAY_MS, weekly: 7 * DAY_MS };
const MOST = 100_000;

/** `daily:365` or `6h:90`: how often, and for how many days up to now. */
export async function cadenceOf(text: string, now: Date): Promise<Cadence> {
  const [often = '', days = ''] = text.split(':');
  const { parseDuration } = await import('@holdfast/contracts');
  const everyMs = NAMED[often] ?? parseDuration(often);
  const count = Number(days);
  if (!everyMs || !/^\d+$/.test(days) || count < 1 || (count * DAY_MS) / everyMs > MOST) {
    throw usageError(
      `--made-up "${text}" is no history of up to ${MOST} backups.`,
      'write it as daily:365, hourly:30 or 6h:90',
    );
  }
  return { from: new Date(now.getTime() - count * DAY_MS), days: count, everyMs };
}

/** The facts of backups as a list has them; what they build on is found by the names of their parents. */
export function factsOf(backups: readonly Backup[]): readonly BackupFacts[] {
  const byName = new Map(backups.map((backup) => [backup.name, backup]));
  const ancestorsOf = (backup: Backup): readonly string[] => {
    const names: string[] = [];
    let parent = backup.parent;
    while (parent !== undefined && !names.includes(parent)) {
      names.push(parent);
      parent = byName.get(parent)?.parent;
    }
    return names;
  };
  return backups.map((backup) => ({
    name: backup.name,
    filename: backup.filename,
    type: backup.type,
    createdAt: backup.createdAt,
    sizeBytes: backup.sizeBytes,
    trigger: backup.trigger,
    ancestors: ancestorsOf(backup),
    isProven: backup.lastProvenAt !== undefined,
    isBroken: backup.lastValidation?.verdict === 'invalid',
    ...(backup.selection ? { part: JSON.stringify(backup.selection) } : {}),
    ...(backup.pin ? { pin: backup.pin } : {}),
  }));
}
