import type { EventType } from '@holdfast/contracts';
import { formatBytes, formatCount } from './format.ts';
import { detail, type Describers } from './facts.ts';

export type HealthEvent = Extract<EventType, `health.${string}`>;

export const healthFacts: Describers<HealthEvent> = {
  'health.changed': ({ overall, previous, problems, resolved }) => ({
    title:
      overall === 'healthy'
        ? 'The backup system is healthy again'
        : `The backup system is ${overall === 'critical' ? 'in a critical state' : 'not healthy'}: ${formatCount(problems.length, 'problem')}`,
    outcome: overall === 'healthy' ? 'success' : overall === 'critical' ? 'failure' : 'warning',
    severity: overall === 'healthy' ? 'info' : overall,
    problem: 'health',
    resolves: overall === 'healthy',
    details: [
      ...detail('Before', previous),
      ...problems
        .slice(0, 20)
        .flatMap(({ check, subject, message }) =>
          detail(subject === undefined ? check : `${check} (${subject})`, message),
        ),
      ...resolved
        .slice(0, 20)
        .flatMap(({ check, subject }) =>
          detail('Resolved', subject === undefined ? check : `${check} (${subject})`),
        ),
    ],
    ...(overall === 'healthy' ? {} : { advice: '`backup-admin status` shows the present state.' }),
  }),
  'health.storage.warning': (data) => ({
    title: `Storage ${data.destination} is getting full`,
    outcome: 'warning',
    severity: data.severity,
    details: [
      ...detail('Used', data.usedPercent === undefined ? undefined : `${Math.round(data.usedPercent)} %`),
      ...detail('Free', data.freeBytes === undefined ? undefined : formatBytes(data.freeBytes)),
      ...detail(
        'Full in',
        data.daysUntilFull === undefined ? undefined : formatCount(Math.round(data.daysUntilFull), 'day'),
      ),
      ...detail('What', data.message),
    ],
    advice: 'Free space or grow the storage; `backup-admin cleanup --dry-run` shows what may go.',
  }),
  'health.service.lost': ({ service, instance, lastSeenAt }) => ({
    title: `A ${service} is gone without a word`,
    outcome: 'warning',
    severity: 'warning',
    details: [...detail('Instance', instance), ...detail('Last seen', lastSeenAt)],
    advice:
      'Look at its log and whether it was restarted; its work is taken over by others where there are any.',
  }),
};
