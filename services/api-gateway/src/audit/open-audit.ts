import { failureOf, HoldfastError, type AuditRecord } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { addressKey, openLimit } from '../auth/limits.ts';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';

export interface Audit {
  /** Returns when the broker has it. Throws bus_unavailable: then nothing may be done. */
  tell(record: AuditRecord): Promise<void>;
  /** What came of something; a failure to tell is logged. */
  tellLater(record: AuditRecord): void;
  /** A refusal: told as long as there are few, else counted and told with the next. */
  tellRefusal(record: AuditRecord): void;
  /** When everything that was to be told is told. */
  settled(): Promise<void>;
}

/** Enough to see who tries what; a guesser with a thousand tries a second must not fill the stream. */
const OF_ONE_ADDRESS = { size: 10, perMinute: 6 };
const OF_ALL = { size: 200, perMinute: 60 };

export function openAudit(deps: Pick<GatewayDependencies, 'bus' | 'log' | 'now'>): Audit {
  const telling = new Set<Promise<void>>();
  const now = (): number => deps.now().getTime();
  const ofOneAddress = openLimit(OF_ONE_ADDRESS, '', now);
  const ofAll = openLimit(OF_ALL, '', now);
  let suppressed = 0;

  async function tell(record: AuditRecord): Promise<void> {
    // The event's id is ours: two requests may carry the same id, and each is to be told.
    const fields = { run: record.requestId, source: SOURCE, data: record, time: deps.now() };
    await deps.bus.publish(makeEvent('audit.recorded', fields));
  }

  function tellLater(record: AuditRecord): void {
    const told = tell(record).catch((error: unknown) => {
      deps.log.error({ audit: record, failure: failureOf(error) }, 'the audit could not be told this');
    });
    telling.add(told);
    void told.finally(() => telling.delete(told));
  }

  return {
    tell: async (record) => {
      try {
        await tell(record);
      } catch (cause) {
        const message = `The call cannot be recorded, so nothing was done: ${failureOf(cause).message}`;
        throw new HoldfastError('bus_unavailable', message, { cause });
      }
    },
    tellLater,
    tellRefusal: (record) => {
      // In this order: one address alone must not use up what is there for all.
      if (!ofOneAddress.tryTake(addressKey(record.address)) || !ofAll.tryTake('all')) {
        suppressed += 1;
        return;
      }
      tellLater(suppressed === 0 ? record : { ...record, suppressed });
      suppressed = 0;
    },
    settled: async () => {
      while (telling.size > 0) await Promise.all(telling);
    },
  };
}
