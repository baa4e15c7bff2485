import type { Bus, StoredEvent } from '@holdfast/bus';
import type { Envelope } from '@holdfast/contracts';

export type MemoryStream = Pick<Bus, 'readEvents' | 'eventsInfo'> & {
  /** Answers the sequence of the last one. `undefined`: something that is no event. */
  append(...events: readonly (Envelope | undefined)[]): number;
  /** Deletes one in the middle, as an operator may. */
  punch(sequence: number): void;
  /** What the stream's age limit does: everything before `sequence` goes. */
  expireBefore(sequence: number): void;
  readonly last: number;
};

/** The events stream as history reads it, without a server. */
export function memoryStream(...events: readonly (Envelope | undefined)[]): MemoryStream {
  const stored = new Map<number, Envelope | undefined>();
  let first = 1;
  let last = 0;
  const stream: MemoryStream = {
    get last() {
      return last;
    },
    append: (...more) => {
      for (const event of more) stored.set((last += 1), event);
      return last;
    },
    punch: (sequence) => void stored.delete(sequence),
    expireBefore: (sequence) => {
      for (const key of stored.keys()) if (key < sequence) stored.delete(key);
      first = sequence;
    },
    eventsInfo: () => Promise.resolve({ firstSequence: first, lastSequence: last }),
    readEvents: async function* (from, { untilSequence = last, signal } = {}) {
      for (const [sequence, event] of stored) {
        if (signal?.aborted) return;
        // History reads by sequence alone.
        if (sequence >= Number(from) && sequence <= untilSequence) yield storedEvent(sequence, event);
      }
    },
  };
  stream.append(...events);
  return stream;
}

function storedEvent(sequence: number, event: Envelope | undefined): StoredEvent {
  const raw = Buffer.from(event ? JSON.stringify(event) : 'not JSON');
  return { sequence, timestamp: new Date(0).toISOString(), subject: event?.type ?? 'backup.x', event, raw };
}
