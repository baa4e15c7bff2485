import type { EventType, Severity } from '@holdfast/contracts';
import type { HistoryDatabase } from '../connection/connect-database.ts';

/** What happened beside the runs: schedules, health, pins, notifications, what was found in the repository. */
export type Happening = {
  readonly id: string;
  readonly type: EventType;
  readonly subject: string;
  readonly database?: string;
  readonly at: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly data: unknown;
};

export type HappeningsFilter = {
  readonly database?: string | undefined;
  /** A type, or its beginning and a `*`. */
  readonly type?: string | undefined;
  /** Not those that are of no concern. */
  readonly severities?: readonly Severity[] | undefined;
  /** Before this time. */
  readonly before?: string | undefined;
  readonly limit: number;
};

/** Newest first. */
export async function listHappenings(
  db: HistoryDatabase,
  { database, type, severities, before, limit }: HappeningsFilter,
): Promise<readonly Happening[]> {
  let query = db
    .selectFrom('happenings')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('event_id', 'desc')
    .limit(limit);
  if (database !== undefined) query = query.where('database', '=', database);
  if (severities !== undefined) query = query.where('severity', 'in', severities);
  if (before !== undefined) query = query.where('at', '<', before);
  if (type?.endsWith('*')) query = query.where('type', 'like', `${likeOf(type.slice(0, -1))}%` as EventType);
  else if (type !== undefined) query = query.where('type', '=', type as EventType); // another one is found nowhere
  return (await query.execute()).map((row) => ({
    id: row.event_id,
    type: row.type,
    subject: row.subject,
    ...(row.database === null ? {} : { database: row.database }),
    at: row.at,
    severity: row.severity,
    summary: row.summary,
    data: row.data,
  }));
}

const likeOf = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
