import { HoldfastError } from '@holdfast/contracts';
import { headers, type Msg } from 'nats';
import type { AskOptions, Link } from './link.ts';

/** Numbers of JetStream that we tell apart; the server's `err_code`. */
export const jetStreamErrors = {
  consumerNotFound: 10014,
  consumerNameTaken: 10013,
  deliverPolicyFixed: 10012,
  messageNotFound: 10037,
  /** Of a deletion. */
  messageGone: 10043,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  consumerExists: 10148,
} as const;

/** The server answered, and said no. */
export class JetStreamError extends HoldfastError {
  readonly errorNumber: number;
  constructor(errorNumber: number, message: string) {
    super('internal', message);
    this.errorNumber = errorNumber;
  }
}

export function isJetStreamError(error: unknown, kind: keyof typeof jetStreamErrors): boolean {
  return error instanceof JetStreamError && error.errorNumber === jetStreamErrors[kind];
}

/** One call of the JetStream API, `verb` without `$JS.API.`; throws JetStreamError when the server refuses. */
export async function callApi<T>(
  link: Link,
  verb: string,
  request: unknown,
  options?: AskOptions,
): Promise<T> {
  const subject = `$JS.API.${verb}`;
  const answer = await link.ask(subject, request === undefined ? '' : JSON.stringify(request), options);
  return answerOf<T>(answer, subject);
}

export type PubAck = { readonly seq: number; readonly duplicate?: boolean };

export type StoreOptions = {
  /** Makes it safe to send the message again: within the stream's window it is stored once. */
  readonly id: string;
  /** The message is refused (wrongLastSequence) unless its subject is at this sequence; 0: has none. */
  readonly expectedSequence?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

/** Publishes into a stream and awaits the broker's word that it is stored. */
export async function store(
  link: Link,
  subject: string,
  payload: string,
  options: StoreOptions,
): Promise<PubAck> {
  const head = headers();
  head.set('Nats-Msg-Id', options.id);
  if (options.expectedSequence !== undefined) {
    head.set('Nats-Expected-Last-Subject-Sequence', String(options.expectedSequence));
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) head.set(name, value);
  const asking = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
  return answerOf<PubAck>(await link.ask(subject, payload, { headers: head, ...asking }), subject);
}

// What the API answers is declared where it is asked; the server's own schema is the authority.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function answerOf<T>(answer: Msg, subject: string): T {
  const body = answer.json<T & { error?: { code: number; err_code?: number; description?: string } }>();
  if (!body.error) return body;
  const { code, err_code: errorNumber = 0, description = 'no reason given' } = body.error;
  // 503: JetStream as a whole is away (no leader, not yet started).
  if (code === 503)
    throw new HoldfastError('bus_unavailable', `JetStream cannot serve ${subject}: ${description}.`);
  if (errorNumber === jetStreamErrors.streamNotFound) {
    throw new MissingStream(subject);
  }
  throw new JetStreamError(errorNumber, `JetStream refuses ${subject}: ${description}.`);
}

/** A stream or bucket that nobody has provisioned yet, or that was deleted. */
class MissingStream extends HoldfastError {
  readonly errorNumber = jetStreamErrors.streamNotFound;
  constructor(subject: string) {
    super(
      'bus_unavailable',
      `NATS does not have the stream behind ${subject}; provision it, then try again.`,
    );
  }
}
