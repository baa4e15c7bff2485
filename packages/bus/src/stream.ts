import { z } from 'zod';
import { call, callOrTranslate, type CallOptions } from './call.ts';
import type { Connection } from './connection.ts';
import { hasErrCode, translate } from './errors.ts';
import { api } from './subjects.ts';

const acknowledgementSchema = z.object({ seq: z.number(), duplicate: z.boolean().default(false) });

const streamSchema = z.object({
  config: z.looseObject({ subjects: z.array(z.string()).default([]), max_age: z.number().default(0) }),
  state: z.object({
    first_seq: z.number(),
    last_seq: z.number(),
    messages: z.number(),
    subjects: z.record(z.string(), z.number()).nullish(),
  }),
});
export type StreamInfo = z.infer<typeof streamSchema>;

const messageSchema = z.object({
  message: z.object({
    subject: z.string(),
    seq: z.number(),
    time: z.string(),
    data: z.base64().default(''),
    hdrs: z.base64().optional(),
  }),
});

export type StoredMessage = {
  readonly subject: string;
  readonly sequence: number;
  readonly timestamp: string;
  readonly data: Buffer;
  /** Header lines as NATS stores them. */
  readonly headers: string;
};

/** Publishes and awaits the word that the message is stored. May throw JetStreamError (compare-and-set). */
export async function store(
  connection: Connection,
  subject: string,
  payload: string,
  doing: string,
  options: CallOptions & { readonly messageId: string },
): Promise<{ readonly sequence: number; readonly duplicate: boolean }> {
  const headers = { ...options.headers, 'Nats-Msg-Id': options.messageId };
  const { seq, duplicate } = acknowledgementSchema.parse(
    await call(connection, subject, payload, doing, { ...options, headers }),
  );
  return { sequence: seq, duplicate };
}

export async function streamInfo(
  connection: Connection,
  stream: string,
  query: Readonly<Record<string, unknown>> = {},
): Promise<StreamInfo> {
  const doing = `asking about stream ${stream}`;
  return streamSchema.parse(
    await callOrTranslate(connection, api.streamInfo(stream), JSON.stringify(query), doing),
  );
}

/**
 * One message by sequence, or the last one of a subject; undefined where there is none. Asked of the stream's leader: a
 * direct get may come from a replica that lags, and a compare-and-set that starts from an old value only loses.
 */
export async function getMessage(
  connection: Connection,
  stream: string,
  which: { readonly seq: number } | { readonly last_by_subj: string },
  signal?: AbortSignal,
): Promise<StoredMessage | undefined> {
  const doing = `reading from stream ${stream}`;
  try {
    const { message } = messageSchema.parse(
      await call(
        connection,
        api.messageGet(stream),
        JSON.stringify(which),
        doing,
        signal === undefined ? {} : { signal },
      ),
    );
    return {
      subject: message.subject,
      sequence: message.seq,
      timestamp: message.time,
      data: Buffer.from(message.data, 'base64'),
      headers: Buffer.from(message.hdrs ?? '', 'base64').toString('utf8'),
    };
  } catch (error) {
    if (hasErrCode(error, 'messageNotFound')) return undefined;
    throw translate(error, doing);
  }
}
