import { eventSchemas, HoldfastError, type Envelope } from '@holdfast/contracts';

/** What a clean-up is to do, whoever asked for it. */
export type CleanupWish = {
  readonly database?: string | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly force: boolean;
  readonly by: string;
  /** Whether what belongs to no backup is looked at too. */
  readonly sweeps: boolean;
};

/** Of `retention.cleanup.requested` and `schedule.fired`. Throws invalid_request. */
export function wishOf(event: Envelope): CleanupWish {
  const { database } = event;
  if (event.type === 'schedule.fired') {
    const fired = eventSchemas['schedule.fired'].safeParse(event.data);
    if (fired.success) return { database, force: false, by: `schedule ${fired.data.schedule}`, sweeps: true };
  }
  const wanted = eventSchemas['retention.cleanup.requested'].safeParse(event.data);
  if (!wanted.success)
    throw new HoldfastError('invalid_request', 'The request for this clean-up is malformed.');
  return { database, ...wanted.data, sweeps: true };
}
