import type { EventType } from '@holdfast/contracts';
import { formatBytes, formatCount } from './format.ts';
import { detail, failed, progress, type Describers } from './facts.ts';

export type RetentionEvent = Extract<EventType, `retention.${string}`>;

export const retentionFacts: Describers<RetentionEvent> = {
  'retention.cleanup.requested': ({ by }, { name }) =>
    progress(`Clean-up of ${name} was asked for`, detail('By', by)),
  'retention.cleanup.planned': ({ removeCount, keepCount, freesBytes, unmet, destination }, { name }) => ({
    title: `Clean-up of ${name} is planned`,
    outcome: unmet.length > 0 ? 'warning' : 'info',
    severity: unmet.length > 0 ? 'warning' : 'info',
    details: [
      ...detail('Destination', destination),
      ...detail('Goes', `${formatCount(removeCount, 'backup')}, ${formatBytes(freesBytes)}`),
      ...detail('Stays', formatCount(keepCount, 'backup')),
      ...unmet.slice(0, 10).flatMap((limit) => detail('Limit not met', limit)),
    ],
    ...(unmet.length > 0
      ? { advice: 'What is protected is more than the policy allows: unpin backups, or allow more.' }
      : {}),
  }),
  'retention.cleanup.completed': ({ removed, freedBytes, kept, failures }, { name, database }) => ({
    title:
      failures.length === 0
        ? `Clean-up of ${name} completed`
        : `Clean-up of ${name} left ${formatCount(failures.length, 'backup')} that should have gone`,
    outcome: failures.length === 0 ? 'success' : 'warning',
    severity: failures.length === 0 ? 'info' : 'warning',
    details: [
      ...detail('Removed', `${formatCount(removed.length, 'backup')}, ${formatBytes(freedBytes)}`),
      ...detail('Kept', formatCount(kept, 'backup')),
      ...failures.slice(0, 10).flatMap((each) => detail(`Not removed: ${each.name}`, each.error.message)),
    ],
    ...(failures.length > 0 ? { advice: 'They are tried again at the next clean-up.' } : {}),
    problem: `cleanup.${database ?? '_'}`,
    resolves: true,
  }),
  'retention.cleanup.failed': ({ attempts, error }, { name, database }) => ({
    ...failed(`Clean-up of ${name} failed`, error, attempts),
    severity: 'warning',
    problem: `cleanup.${database ?? '_'}`,
  }),
};
