import {
  eventSchemas,
  isEventType,
  type Envelope,
  type EventData,
  type EventType,
} from '@holdfast/contracts';

/** An event of this release, its data checked. */
export type KnownEvent = {
  [T in EventType]: {
    readonly type: T;
    readonly data: EventData<T>;
    readonly subject: string;
    readonly time: string;
    readonly database?: string | undefined;
  };
}[EventType];

/** Undefined: of another release, or not what its type says; the consumer tells of those. */
export function knownEvent({ type, subject, time, database, data }: Envelope): KnownEvent | undefined {
  if (!isEventType(type)) return undefined;
  const checked = eventSchemas[type].safeParse(data);
  if (!checked.success) return undefined;
  return { type, subject, time, database, data: checked.data } as KnownEvent; // checked against its own schema
}
