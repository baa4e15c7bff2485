import { HoldfastError } from '@holdfast/contracts';
import { nuid } from 'nats';
import type { Connection } from './connection.ts';
import { openDoorbell, type Doorbell } from './doorbell.ts';
import { hasErrCode, translate } from './errors.ts';
import { getMessage, store, streamInfo } from './stream.ts';
import { bucketStream, bucketSubject, storedSubject } from './subjects.ts';

/** What a key holds: `data` is undefined when its last change was a removal. */
export type Cell = {
  readonly key: string;
  readonly revision: number;
  readonly timestamp: string;
  readonly data: Buffer | undefined;
};

/** Bytes by key, in the layout of NATS' own key-value stores, one revision per key. */
export interface KeyValue {
  readonly name: string;
  /** 0: values stay until they are removed. */
  readonly ttlMs: number;
  get(key: string, signal?: AbortSignal): Promise<Cell | undefined>;
  /** Stores only if the key is still at `revision` (0: was never written, or expired); undefined when it is not. */
  put(key: string, data: string, revision: number): Promise<number | undefined>;
  /** Leaves a marker. With `revision`: false when the key is no longer there. */
  remove(key: string, revision?: number): Promise<boolean>;
  keys(): Promise<readonly string[]>;
  doorbell(key: string, signal: AbortSignal | undefined): Doorbell;
}

const KEY = /^[-/_=a-zA-Z0-9]+(?:\.[-/_=a-zA-Z0-9]+)*$/;
const REMOVED = /^KV-Operation:\s*(?:DEL|PURGE)/im;
const EXPECTED = 'Nats-Expected-Last-Subject-Sequence';

export async function openKeyValue(connection: Connection, name: string): Promise<KeyValue> {
  const stream = bucketStream(name);
  const { config } = await streamInfo(connection, stream);

  const subjectOf = (key: string): string => {
    if (KEY.test(key)) return bucketSubject(name, key);
    throw new HoldfastError(
      'invalid_request',
      `"${key}" cannot be a key of bucket ${name}: letters, digits, - / _ = and inner dots only.`,
    );
  };

  // The message id makes a repeated try of the same write find the first one's result instead of a conflict with itself.
  async function write(
    key: string,
    data: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<number | undefined> {
    const doing = `writing ${key} to bucket ${name}`;
    try {
      return (await store(connection, subjectOf(key), data, doing, { headers, messageId: nuid.next() }))
        .sequence;
    } catch (error) {
      if (hasErrCode(error, 'wrongLastSequence')) return undefined;
      throw translate(error, doing);
    }
  }

  return {
    name,
    ttlMs: config.max_age / 1e6,
    get: async (key, signal) => {
      const message = await getMessage(connection, stream, { last_by_subj: subjectOf(key) }, signal);
      if (!message) return undefined;
      const data = REMOVED.test(message.headers) ? undefined : message.data;
      return { key, revision: message.sequence, timestamp: message.timestamp, data };
    },
    put: (key, data, revision) => write(key, data, { [EXPECTED]: String(revision) }),
    remove: async (key, revision) => {
      const headers = {
        'KV-Operation': 'DEL',
        ...(revision === undefined ? {} : { [EXPECTED]: String(revision) }),
      };
      return (await write(key, '', headers)) !== undefined;
    },
    keys: async () => {
      const { state } = await streamInfo(connection, stream, { subjects_filter: bucketSubject(name, '>') });
      const start = bucketSubject(name, '').length;
      return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(start));
    },
    doorbell: (key, signal) => openDoorbell(connection, [storedSubject(subjectOf(key))], signal),
  };
}
