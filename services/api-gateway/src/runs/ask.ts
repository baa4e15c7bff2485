import type { OperationId, RunId, RunKind, RunRecord } from '@holdfast/contracts';
import { failureOf, type EventData, type EventType } from '@holdfast/contracts';
import { makeEvent, newRunId } from '@holdfast/runs';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';

/** A request, ready to go on the bus. */
export type Wish<T extends EventType = EventType> = {
  readonly kind: RunKind;
  readonly database: string | undefined;
  readonly type: T;
  readonly data: EventData<T>;
  /** The run that started it all; default: the new one. */
  readonly correlation?: RunId;
};

type Asking = {
  readonly operation: OperationId;
  /** What makes two requests the same one. */
  readonly request: unknown;
  /** Checks the request and makes the event. Not called again for a request that has its run. */
  readonly prepare: () => Promise<Wish>;
};

/**
 * Turns a request into a run: the event is on the stream (PubAck) when this returns. The event goes before the record,
 * so that no record can wait for an event that never came. The same Idempotency-Key always gives the same run, also
 * when the first asker died half-way.
 */
export async function askForRun(
  deps: GatewayDependencies,
  context: CallContext,
  { operation, request, prepare }: Asking,
): Promise<RunRecord> {
  const key = context.idempotencyKey;
  const whole = { operation, request };
  const earlier = key === undefined ? undefined : await deps.idempotency.find(context.caller, key, whole);
  const known = earlier === undefined ? undefined : await deps.runs.get(earlier);
  if (known) return known;

  const wish = await prepare();
  const fresh = earlier ?? newRunId(deps.now());
  const run = key === undefined ? fresh : await deps.idempotency.claim(context.caller, key, whole, fresh);
  return publishWish(deps, context, run, wish);
}

async function publishWish(
  deps: GatewayDependencies,
  context: CallContext,
  run: RunId,
  wish: Wish,
): Promise<RunRecord> {
  const requestedAt = deps.now();
  const correlation = wish.correlation ?? run;
  const traceparent = context.headers['traceparent'];
  await deps.bus.publish(
    makeEvent(wish.type, {
      // Derived, so that the bus drops the second of two askers with one key.
      id: `${run}:requested`,
      run,
      source: SOURCE,
      database: wish.database,
      data: wish.data,
      time: requestedAt,
      correlationid: correlation,
      ...(isTraceparent(traceparent) ? { traceparent } : {}),
    }),
  );
  const fields = { id: run, kind: wish.kind, database: wish.database, requestedAt, correlation };
  try {
    return (await deps.runs.request(fields)).value;
  } catch (error) {
    // The request is on the stream and will be done: its worker makes the record. So this is no failure to the caller.
    deps.log.warn(
      { run, failure: failureOf(error) },
      'the run is asked for, but its record could not be made yet',
    );
    return {
      id: run,
      kind: wish.kind,
      ...(wish.database === undefined ? {} : { database: wish.database }),
      state: 'requested',
      attempt: 0,
      failures: 0,
      requestedAt: requestedAt.toISOString(),
      correlation,
    };
  }
}

const isTraceparent = (value: unknown): value is string =>
  typeof value === 'string' && /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(value);
