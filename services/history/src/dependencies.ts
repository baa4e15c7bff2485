import type { Bus } from '@holdfast/bus';
import type { HistoryDatabase } from '@holdfast/database';
import type { Repository } from '@holdfast/engine';
import type { Logger } from '@holdfast/service-kit';
import type { Tally } from './project/tally.ts';

export const SERVICE = 'history';

/** What every feature of this service works with. */
export type HistoryDependencies = {
  readonly db: HistoryDatabase;
  /** The stream itself: it can be read from any sequence, whatever was acknowledged. */
  readonly events: Pick<Bus, 'readEvents' | 'eventsInfo'>;
  readonly stream: string;
  /** Events in one transaction, at most [500]. */
  readonly batchSize: number;
  readonly repository: Pick<Repository, 'list'>;
  readonly tally: Tally;
  readonly now: () => Date;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
};
