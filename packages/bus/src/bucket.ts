import { HoldfastError } from '@holdfast/contracts';
import { nuid } from 'nats';
import type { z } from 'zod';
import type { Bucket, Change, Entry, Removed } from './bus.ts';
import { follow } from './follow.ts';
import { callApi, isJetStreamError, store } from './jetstream-api.ts';
import { bucketStream, bucketSubject } from './layout.ts';
import type { Link } from './link.ts';
import { parseJson } from './parse-json.ts';

const OPERATION = 'KV-Operation';
const KEY = /^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$/;

/** The last message of a key, as the server keeps it. `value` is undefined where it says that the key was removed. */
export type StoredKey<T> = (Entry<T> | Removed) & { readonly timestampMs: number };

/** A bucket, and what leases need beyond it. */
export type InnerBucket<T> = Bucket<T> & {
  /** When the key was written, and that it was removed. */
  look(key: string): Promise<StoredKey<T> | undefined>;
  /** `create`, with one write where the key was removed at `removedAt` and nobody touched it since. */
  createAfter(key: string, value: T, removedAt: number): Promise<Entry<T> | undefined>;
  /** Removes the key if it is still at `revision`, and answers at which it is then; else it is another's and stays. */
  removeAt(key: string, revision: number): Promise<number | undefined>;
};

export function openBucket<T>(link: Link, name: string, schema: z.ZodType<T>): InnerBucket<T> {
  const stream = bucketStream(name);
  const subjectOfKey = (key: string): string => {
    if (KEY.test(key)) return bucketSubject(name, key);
    throw new HoldfastError('invalid_request', `"${key}" cannot be a key of bucket ${name}.`);
  };

  function valueOf(key: string, bytes: Uint8Array): T {
    const parsed = parseJson(bytes);
    const checked = schema.safeParse(parsed.ok ? parsed.value : undefined);
    if (checked.success) return checked.data;
    throw new HoldfastError(
      'internal',
      `Key ${key} of bucket ${name} does not hold what it should; was it written by another release?`,
      { cause: checked.error },
    );
  }

  async function look(key: string): Promise<StoredKey<T> | undefined> {
    const message = await lastMessage(link, stream, subjectOfKey(key));
    if (!message) return undefined;
    const { seq: revision, timestampMs } = message;
    if (message.isRemoval) return { key, value: undefined, revision, timestampMs };
    return { key, value: valueOf(key, message.data), revision, timestampMs };
  }

  async function get(key: string): Promise<Entry<T> | undefined> {
    const stored = await look(key);
    return stored?.value === undefined ? undefined : { key, value: stored.value, revision: stored.revision };
  }

  async function update(key: string, value: T, revision: number): Promise<Entry<T> | undefined> {
    const subject = subjectOfKey(key);
    try {
      // The id makes a write whose answer was lost safe to send again: it cannot conflict with itself.
      const options = { id: nuid.next(), expectedSequence: revision };
      const { seq } = await store(link, subject, JSON.stringify(value), options);
      return { key, value, revision: seq };
    } catch (error) {
      if (isJetStreamError(error, 'wrongLastSequence')) return undefined;
      throw error;
    }
  }

  async function createAfter(key: string, value: T, removedAt: number): Promise<Entry<T> | undefined> {
    const created = await update(key, value, removedAt);
    if (created) return created;
    const message = await lastMessage(link, stream, subjectOfKey(key));
    // Gone meanwhile: expired between the two looks, so the key is free.
    if (!message) return update(key, value, 0);
    return message.isRemoval ? update(key, value, message.seq) : undefined;
  }

  async function remove(key: string, revision?: number): Promise<void> {
    const expected = revision === undefined ? {} : { expectedSequence: revision };
    const options = { id: nuid.next(), headers: { [OPERATION]: 'DEL' }, ...expected };
    try {
      await store(link, subjectOfKey(key), '', options);
    } catch (error) {
      if (!isJetStreamError(error, 'wrongLastSequence')) throw error;
      const message = `Key ${key} of bucket ${name} was changed meanwhile; look at it again.`;
      throw new HoldfastError('version_conflict', message, { cause: error });
    }
  }

  async function removeAt(key: string, revision: number): Promise<number | undefined> {
    const options = { id: nuid.next(), expectedSequence: revision, headers: { [OPERATION]: 'DEL' } };
    try {
      return (await store(link, subjectOfKey(key), '', options)).seq;
    } catch (error) {
      if (!isJetStreamError(error, 'wrongLastSequence')) throw error;
      return undefined;
    }
  }

  async function* read(
    filterSubject: string,
    end: { readonly signal?: AbortSignal; readonly until?: 'stored' },
  ): AsyncGenerator<Entry<T> | Removed> {
    const messages = follow(link, { stream, filterSubject, from: 'last-per-subject', ...end });
    for await (const { message, as } of messages) {
      const key = message.subject.slice(bucketSubject(name, '').length);
      const revision = as.streamSequence;
      if (message.headers?.has(OPERATION)) yield { key, value: undefined, revision };
      else yield { key, value: valueOf(key, message.data), revision };
    }
  }

  async function* changes({
    prefix,
    signal,
  }: {
    prefix?: string;
    signal: AbortSignal;
  }): AsyncGenerator<Change<T>> {
    const filterSubject = prefix === undefined ? bucketSubject(name, '>') : `${subjectOfKey(prefix)}.>`;
    for await (const { message, as } of follow(link, {
      stream,
      filterSubject,
      from: 'last-per-subject',
      signal,
    })) {
      const key = message.subject.slice(bucketSubject(name, '').length);
      const about = { key, revision: as.streamSequence, unread: as.pending };
      if (message.headers?.has(OPERATION)) {
        yield { ...about, value: undefined };
        continue;
      }
      const value = readable(key, message.data);
      if (value !== undefined) yield { ...about, value };
    }
  }

  function readable(key: string, bytes: Uint8Array): T | undefined {
    try {
      return valueOf(key, bytes);
    } catch (error) {
      // One entry of another release must not end the reading of all the others.
      link.report(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  return {
    changes,
    look,
    get,
    create: (key, value) => createAfter(key, value, 0),
    createAfter,
    update,
    remove,
    removeAt,
    watch: (key, signal) => read(subjectOfKey(key), { signal }),
    entries: async () => {
      const latest = new Map<string, Entry<T>>();
      for await (const entry of read(bucketSubject(name, '>'), { until: 'stored' })) {
        const { key, value, revision } = entry;
        if (value === undefined) latest.delete(key);
        else latest.set(key, { key, value, revision });
      }
      return [...latest.values()];
    },
  };
}

type LastMessage = {
  readonly seq: number;
  readonly timestampMs: number;
  readonly isRemoval: boolean;
  readonly data: Uint8Array;
};

/** Asked of the stream's leader, so that we read what we wrote. */
async function lastMessage(link: Link, stream: string, subject: string): Promise<LastMessage | undefined> {
  type Answer = { message: { seq: number; time: string; data?: string; hdrs?: string } };
  try {
    const { message } = await callApi<Answer>(link, `STREAM.MSG.GET.${stream}`, { last_by_subj: subject });
    const head = Buffer.from(message.hdrs ?? '', 'base64').toString();
    return {
      seq: message.seq,
      timestampMs: Date.parse(message.time),
      isRemoval: head.includes(`${OPERATION}:`),
      data: Buffer.from(message.data ?? '', 'base64'),
    };
  } catch (error) {
    if (isJetStreamError(error, 'messageNotFound')) return undefined;
    throw error;
  }
}
