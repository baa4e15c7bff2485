import type { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { Failure, OperationId, OperationOutput, OperationRequest, RunId } from '@holdfast/contracts';
import type { Notes } from '../audit/audit-requests.ts';
import type { Caller } from '../auth/caller.ts';
import type { Part } from './read-parts.ts';

/** What a handler knows of the request beside its checked input. */
export type CallContext = {
  readonly caller: Caller;
  readonly requestId: string;
  /** Whether the caller may do this with that database: for lists that are cut into pages. */
  readonly sees: (database: string | undefined) => boolean;
  /** Adds to what the audit tells of this call. */
  readonly note: (notes: Notes) => void;
  readonly headers: IncomingHttpHeaders;
  readonly isHead: boolean;
  readonly idempotencyKey: string | undefined;
  /** `Prefer: respond-async` or `?wait=0`. */
  readonly respondAsync: boolean;
  /** Aborts when the client goes away. That ends the waiting, never the run. */
  readonly gone: AbortSignal;
  /** The parts of the body, on routes that take a form; once. */
  readonly parts: () => AsyncGenerator<Part>;
};

type Headers = Readonly<Record<string, string>>;

/** A route's answer; `failure` is rendered in the shape its declaration names. */
export type Answer<Body> =
  | { readonly status: number; readonly body: Body; readonly headers?: Headers }
  | { readonly status: number; readonly stream: Readable | undefined; readonly headers: Headers }
  | { readonly failure: Failure; readonly run?: RunId; readonly headers?: Headers; readonly data?: unknown };

export type Handler<K extends OperationId> = (
  request: OperationRequest<K>,
  context: CallContext,
) => Promise<Answer<OperationOutput<K>>>;

/** Every operation has a handler: a route that is declared and not built does not compile. */
export type Handlers = { readonly [K in OperationId]: Handler<K> };

export const ok = <Body>(body: Body): Answer<Body> => ({ status: 200, body });
