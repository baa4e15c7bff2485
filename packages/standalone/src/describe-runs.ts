import type { Status } from '@holdfast/contracts';

type Known = Pick<Status, 'configuration' | 'databases' | 'schedules'>;

/** What happens here without anybody asking, and how to have it: a name and a sentence each. */
export const describeRuns = (status: Known): readonly (readonly [string, string])[] => [
  ['Schedules', schedulesOf(status)],
  ['Kept', keptOf(status)],
  ['Proven', provenOf(status)],
];

function schedulesOf({ schedules = [], configuration }: Known): string {
  if (configuration.enabled === false) return 'none fires: BACKUP_ENABLED is off';
  const active = schedules.filter(({ enabled }) => enabled);
  if (active.length === 0) return 'none, so no backup makes itself yet: ./backup-admin schedules preset';
  const [next] = active.flatMap(({ nextDueAt }) => nextDueAt ?? []).toSorted();
  return `${active.length} active${next === undefined ? '' : `, the next at ${next}`}`;
}

function keptOf({ configuration: { retentionDays, maxBackups } }: Known): string {
  const limits = [
    ...(retentionDays === undefined ? [] : [`${retentionDays} days`]),
    ...(maxBackups === undefined ? [] : [`${maxBackups} backups of each database`]),
  ];
  const always = 'the last good and the last proven always';
  return limits.length === 0 ? `everything; ${always}` : `at most ${limits.join(' and ')}; ${always}`;
}

function provenOf({ databases }: Known): string {
  const proven = databases.flatMap(({ id, lastProven }) => (lastProven ? [`${id} at ${lastProven.at}`] : []));
  if (proven.length > 0) return `by a restore drill: ${proven.join(', ')}`;
  return databases.some(({ backups }) => backups > 0)
    ? 'nothing yet: ./backup-admin drill'
    : 'nothing yet, there is no backup: ./backup-admin create';
}
