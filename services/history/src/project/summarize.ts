import type { Severity } from '@holdfast/contracts';
import type { HappeningType } from './happening-types.ts';
import type { KnownEvent } from './read-event.ts';

export type Summary = { readonly severity: Severity; readonly summary: string };

const info = (summary: string): Summary => ({ severity: 'info', summary });
const warning = (summary: string): Summary => ({ severity: 'warning', summary });

/** What happened, in one sentence, and how much it matters. Pure. */
export function summarize(event: KnownEvent<HappeningType>): Summary {
  const { database = 'all databases' } = event.envelope;
  switch (event.type) {
    case 'retention.cleanup.planned': {
      const { removeCount, keepCount } = event.data;
      return info(
        `Retention will remove ${removeCount} of ${removeCount + keepCount} backups of ${database}.`,
      );
    }
    case 'backup.pinned':
      return info(`${event.data.name} was pinned by ${event.data.by}.`);
    case 'backup.unpinned':
      return info(`${event.data.name} was unpinned by ${event.data.by}.`);
    case 'backup.discovered':
      return info(`${event.data.filename}, which we did not make, was found in the repository.`);
    case 'backup.missing': {
      const { filename, breaks, destination } = event.data;
      const place = destination === undefined ? 'the repository' : destination;
      const broken = breaks.length === 0 ? '' : ` ${breaks.length} backups cannot be restored without it.`;
      return { severity: 'critical', summary: `${filename} is gone from ${place}.${broken}` };
    }
    case 'backup.anomalous':
      return warning(event.data.message);
    case 'backup.repaired':
      return warning(`${event.data.filename} was repaired at ${event.data.to} from ${event.data.from}.`);
    case 'backup.rewrapped':
      return info(`${event.data.filename} was rewrapped for other recipients.`);
    case 'schedule.created':
      return info(`Schedule ${event.data.schedule.id} was made by ${event.data.by}.`);
    case 'schedule.updated':
      return info(`Schedule ${event.data.schedule.id} was changed by ${event.data.by}.`);
    case 'schedule.removed':
      return info(`Schedule ${event.data.schedule} was removed by ${event.data.by}.`);
    case 'schedule.fired':
      return info(`Schedule ${event.data.schedule} fired a ${event.data.action} of ${database}.`);
    case 'schedule.missed': {
      const { schedule, action, count, detail } = event.data;
      return warning(`Schedule ${schedule} missed ${count} × ${action}: ${detail}`);
    }
    case 'health.changed': {
      const { overall, previous, problems } = event.data;
      const severity = overall === 'healthy' ? 'info' : overall;
      const [first] = problems;
      return {
        severity,
        summary: `Health went from ${previous} to ${overall}${first ? `: ${first.message}` : '.'}`,
      };
    }
    case 'health.storage.warning':
      return { severity: event.data.severity, summary: event.data.message };
    case 'health.service.lost':
      return warning(
        `${event.data.service} ${event.data.instance} was not heard of since ${event.data.lastSeenAt}.`,
      );
    case 'notification.sent':
      return info(`${event.data.channel} was told of ${event.data.about}.`);
    case 'notification.failed':
      return warning(
        `${event.data.channel} could not be told of ${event.data.about}: ${event.data.error.message}`,
      );
    default:
      return event satisfies never;
  }
}
