import { setTimeout as delay } from 'node:timers/promises';
import { headers as makeHeaders, type Msg } from 'nats';
import type { Connection } from './connection.ts';
import { isPassing, JetStreamError, translate, unavailable } from './errors.ts';

/** One try. Short, so that an answer lost in a restart costs little; the whole call has the connection's time limit. */
const TRY_MS = 2_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

export type CallOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

/**
 * Asks JetStream and gives its JSON answer. Repeats while NATS is away, up to the connection's time limit, so what is asked must be
 * idempotent (a message id makes a publish so). Throws JetStreamError for what JetStream itself refuses.
 */
export async function call(
  connection: Connection,
  subject: string,
  payload: string,
  doing: string,
  options: CallOptions = {},
): Promise<unknown> {
  const until = performance.now() + connection.timeoutMs;
  const remainingMs = (): number => until - performance.now();
  const headers = options.headers ? headersOf(options.headers) : undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    await connection.untilConnected(Math.max(0, remainingMs()), doing, options.signal);
    try {
      const answer = await connection.nats.request(subject, payload, {
        timeout: Math.max(1, Math.min(TRY_MS, remainingMs())),
        ...(headers ? { headers } : {}),
      });
      return readAnswer(answer);
    } catch (error) {
      if (error instanceof JetStreamError && error.status !== 503) throw error;
      if (!isPassing(error)) throw translate(error, doing);
      if (remainingMs() <= pauseMs) throw unavailable(doing, error);
    }
    await delay(pauseMs, undefined, { signal: options.signal });
  }
}

/** For callers that have no use for JetStream's own codes. */
export async function callOrTranslate(
  connection: Connection,
  subject: string,
  payload: string,
  doing: string,
  options?: CallOptions,
): Promise<unknown> {
  try {
    return await call(connection, subject, payload, doing, options);
  } catch (error) {
    throw translate(error, doing);
  }
}

function readAnswer(message: Msg): unknown {
  const answer = message.json<{ error?: { code: number; err_code?: number; description?: string } }>();
  if (answer.error) {
    const { code, err_code: errCode = 0, description = 'no reason given' } = answer.error;
    throw new JetStreamError(description, code, errCode);
  }
  return answer;
}

function headersOf(fields: Readonly<Record<string, string>>): ReturnType<typeof makeHeaders> {
  const headers = makeHeaders();
  for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  return headers;
}
