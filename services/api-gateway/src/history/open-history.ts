import { EVENTS_STREAM, failureOf, type Failure } from '@holdfast/contracts';
import {
  connectDatabase,
  findRun,
  listActivity,
  listBackups,
  listRuns,
  readPosition,
  type HistoryDatabase,
} from '@holdfast/database';
import type { Worth } from '../backups/worth.ts';
import { noHistory, type HistoryReader } from './history-reader.ts';

/** While it cannot be asked, requests do not wait for it: one in so long tries again. */
const RETRY_MS = 5_000;
/** Fewer events behind is a moment's work; more means that nobody projects. */
const FAR_BEHIND = 500;
/** A list must not wait longer for history than people wait for a list. */
const CONNECT_TIMEOUT_MS = 2_000;
const QUERY_TIMEOUT_MS = 10_000;

export type HistoryOptions = {
  /** The events stream's last sequence: what history must have seen to answer. */
  readonly lastSequence: () => Promise<number>;
  readonly onProblem: (error: unknown, doing: string) => void;
  readonly now?: () => number;
};

/** Reads history's PostgreSQL for as long as it is there and up to date; see HistoryReader. */
export function openHistory(url: string | undefined, options: HistoryOptions): HistoryReader {
  if (url === undefined) return noHistory;
  const { lastSequence, onProblem, now = Date.now } = options;
  const db: HistoryDatabase = connectDatabase(url, {
    applicationName: 'holdfast-api-gateway',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
  });
  let failed: { readonly failure: Failure; readonly until: number } | undefined;

  async function attempt<T>(query: () => Promise<T>): Promise<T | undefined> {
    if (failed && now() < failed.until) return undefined;
    try {
      const answer = await query();
      failed = undefined;
      return answer;
    } catch (error) {
      if (!failed)
        onProblem(error, "reading history's PostgreSQL; the bus and the repository answer instead");
      failed = { failure: asUnavailable(error), until: now() + RETRY_MS };
      return undefined;
    }
  }

  /** With the bus away nobody knows better than history. */
  async function eventsBehind(): Promise<number> {
    const [last, position] = await Promise.all([
      lastSequence().catch(() => 0),
      readPosition(db, EVENTS_STREAM),
    ]);
    return Math.max(0, last - (position?.position ?? 0));
  }

  const whenCurrent = <T>(query: () => Promise<T>): Promise<T | undefined> =>
    attempt(async () => ((await eventsBehind()) === 0 ? query() : undefined));

  return {
    configured: true,
    problem: async () => {
      const behind = await attempt(eventsBehind);
      if (behind === undefined) return failed?.failure;
      if (behind < FAR_BEHIND) return undefined;
      const message = `History is ${behind} events behind; is the history service running?`;
      return { code: 'history_unavailable', message };
    },
    listRuns: (filter) => whenCurrent(() => listRuns(db, filter)),
    findRun: (run) => attempt(() => findRun(db, run)),
    worths: () =>
      attempt(async () => {
        const isCurrent = (await eventsBehind()) === 0;
        return {
          of: new Map((await listBackups(db)).map((backup) => [backup.name, worthOf(backup)])),
          isCurrent,
        };
      }),
    listActivity: (page) => whenCurrent(() => listActivity(db, page)),
    close: () => db.destroy(),
  };
}

const worthOf = ({ lastValidation, lastProvenAt }: Worth): Worth => ({
  ...(lastValidation ? { lastValidation } : {}),
  ...(lastProvenAt === undefined ? {} : { lastProvenAt }),
});

/** A database that no history service has prepared yet is as good as none. */
function asUnavailable(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure.code === 'history_unavailable') return failure;
  const message = `History's PostgreSQL cannot be read (${failure.message}); is the history service running, and of this release?`;
  return { code: 'history_unavailable', message };
}
