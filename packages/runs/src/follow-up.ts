import type { Envelope, EventData, EventType } from '@holdfast/contracts';
import { makeEvent } from './make-event.ts';

/** Makes the events of one run, each caused by the request for it. `source` is `/holdfast/<service>`; an id is fresh unless given. */
export function followUp(
  request: Envelope,
  source: string,
): <T extends EventType>(type: T, data: EventData<T>, id?: string) => Envelope {
  return (type, data, id) =>
    makeEvent(type, {
      run: request.subject,
      source,
      database: request.database,
      data,
      ...(id === undefined ? {} : { id }),
      correlationid: request.correlationid ?? request.subject,
      causationid: request.id,
      traceparent: request.traceparent,
    });
}
