import {
  operationIds,
  type OperationId,
  type OperationInput,
  type OperationOutput,
  type Run,
  type RunId,
} from '@holdfast/contracts';
import { callOperation } from './call.ts';
import { followEvents, type Followed, type FollowEventsOptions } from './follow-events.ts';
import { watchRun, type WatchOptions } from './watch-run.ts';

export type ClientOptions = {
  /** Where the gateway listens, for example `http://127.0.0.1:8484`. */
  readonly url: string;
  /** `hf_…`; left out, only the public routes answer. */
  readonly token?: string | undefined;
  /** [the built-in fetch] */
  readonly fetch?: typeof fetch;
};

export type CallOptions = {
  readonly signal?: AbortSignal;
  /** The same key with the same input makes one run, however often it is sent; kept for 24 h. */
  readonly idempotencyKey?: string;
  /** Routes that wait answer 202 with the run instead. Do this for work over 5 minutes: fetch waits no longer. */
  readonly respondAsync?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Bytes, text and streams come as the Response itself, its status already checked. */
type Answer<K extends OperationId> = [OperationOutput<K>] extends [never] ? Response : OperationOutput<K>;

/** Whether an operation can be called with nothing at all. */
type NeedsNothing<I> = Partial<I> extends I ? true : false;

type Method<K extends OperationId> =
  NeedsNothing<OperationInput<K>> extends true
    ? (input?: OperationInput<K>, options?: CallOptions) => Promise<Answer<K>>
    : (input: OperationInput<K>, options?: CallOptions) => Promise<Answer<K>>;

/**
 * A method per operation, named by its id. Parameters, query and body go into one object. Failures are HoldfastError
 * with the gateway's own code; `gateway_unreachable` names the URL.
 */
export type Client = { readonly [K in OperationId]: Method<K> } & {
  /** Follows a run until it is over, through restarts of the gateway, and returns it whatever its outcome. */
  readonly watchRun: (run: RunId, options?: WatchOptions) => Promise<Run>;
  /** Everything that happens, through restarts of the gateway and without a gap; never ends by itself. */
  readonly followEvents: (
    input?: OperationInput<'watchEvents'>,
    options?: FollowEventsOptions,
  ) => AsyncGenerator<Followed>;
};

export function createClient(options: ClientOptions): Client {
  const gateway = {
    url: options.url.replace(/\/+$/, ''),
    token: options.token,
    fetch: options.fetch ?? globalThis.fetch,
  };
  const methods = Object.fromEntries(
    operationIds.map((operation) => [
      operation,
      (input: Readonly<Record<string, unknown>> = {}, call: CallOptions = {}) =>
        callOperation(gateway, operation, input, call),
    ]),
  );
  return {
    ...methods,
    watchRun: (run: RunId, watch: WatchOptions = {}) => watchRun(gateway, run, watch),
    followEvents: (input: OperationInput<'watchEvents'> = {}, follow: FollowEventsOptions = {}) =>
      followEvents(gateway, input, follow),
  } as unknown as Client; // fromEntries forgets which method belongs to which operation
}
