import { randomUUID } from 'node:crypto';
import type { Envelope, EventData, EventType, RunId } from '@holdfast/contracts';

export type EventFields<T extends EventType> = {
  readonly run: RunId;
  /** `/holdfast/<service>` */
  readonly source: string;
  readonly database?: string | undefined;
  readonly data: EventData<T>;
  readonly id?: string;
  readonly time?: Date;
  readonly correlationid?: string | undefined;
  readonly causationid?: string | undefined;
  readonly traceparent?: string | undefined;
};

/** A CloudEvent of a known type, ready to publish. A fresh id and now, unless given. */
export function makeEvent<T extends EventType>(type: T, fields: EventFields<T>): Envelope {
  const { run, id, time, source, data, ...optional } = fields;
  return {
    specversion: '1.0',
    id: id ?? randomUUID(),
    type,
    source,
    subject: run,
    time: (time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    data,
  };
}
