import {
  eventSchemas,
  isEventType,
  runIdSchema,
  type Envelope,
  type EventData,
  type EventType,
} from '@holdfast/contracts';
import { isOfRun } from './happening-types.ts';

/** An event whose type we know and whose data fit it. `envelope` is whole, as it came. */
export type KnownEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly data: EventData<K>; readonly envelope: Envelope };
}[T];

export type ReadEvent =
  | { readonly known: KnownEvent }
  | { readonly skip: 'unknown_type' | 'invalid'; readonly type: string; readonly why: string };

/** Whether we can project what the stream holds, and why not. `undefined` is what was no envelope at all. Pure. */
export function readEvent(stored: Envelope | undefined): ReadEvent {
  if (!stored) return { skip: 'invalid', type: '', why: 'it is no event' };
  const { type, subject } = stored;
  if (!isEventType(type)) return { skip: 'unknown_type', type, why: 'this release does not know the type' };
  if (isOfRun(type) && !runIdSchema.safeParse(subject).success)
    return { skip: 'invalid', type, why: 'its subject is no run id' };
  const envelope = withoutNul(stored);
  const parsed = eventSchemas[type].safeParse(envelope.data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { skip: 'invalid', type, why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no reason'}` };
  }
  // The schema of this very type made the data; TypeScript cannot follow a union through an index.
  return { known: { type, data: parsed.data, envelope } as KnownEvent }; // see above
}

/** PostgreSQL's text has no NUL, JSON's has; one in a description must not keep an event out. */
function withoutNul<T>(value: T): T {
  const text = JSON.stringify(value);
  if (!text.includes(String.raw`\u0000`)) return value;
  return JSON.parse(text, (_key, each: unknown) =>
    typeof each === 'string' ? each.replaceAll('\0', '\uFFFD') : each,
  ) as T; // the same shape, other characters
}
