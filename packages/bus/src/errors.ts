import { HoldfastError } from '@holdfast/contracts';
import { ErrorCode, NatsError } from 'nats';

/** An error that the JetStream API answered. `errCode` is stable between versions of nats-server, its text is not. */
export class JetStreamError extends Error {
  override readonly name = 'JetStreamError';
  readonly status: number;
  readonly errCode: number;
  constructor(description: string, status: number, errCode: number) {
    super(description);
    this.status = status;
    this.errCode = errCode;
  }
}

export const errCodes = {
  consumerNotFound: 10_014,
  messageNotFound: 10_037,
  streamNotFound: 10_059,
  wrongLastSequence: 10_071,
} as const;

export function hasErrCode(error: unknown, name: keyof typeof errCodes): boolean {
  return error instanceof JetStreamError && error.errCode === errCodes[name];
}

// A call that met one of these may have been lost on the way or on the way back: repeat it, if it is idempotent.
const PASSING: ReadonlySet<string> = new Set([
  ErrorCode.Timeout,
  ErrorCode.NoResponders,
  ErrorCode.Disconnect,
  ErrorCode.ConnectionTimeout,
  ErrorCode.ConnectionRefused,
]);

/** True where NATS is away, starting, or electing a leader: worth asking again within the time limit. */
export function isPassing(error: unknown): boolean {
  if (error instanceof JetStreamError) return error.status === 503;
  return error instanceof NatsError && PASSING.has(error.code);
}

/** What NATS threw, in our words. `doing` completes "NATS … while <doing>". */
export function translate(error: unknown, doing: string): Error {
  if (error instanceof HoldfastError) return error;
  if (error instanceof NatsError && error.code === ErrorCode.PermissionsViolation) {
    const what = error.permissionContext;
    const detail = what ? ` (${what.operation} ${what.subject})` : '';
    return new HoldfastError(
      'forbidden',
      `NATS refused ${doing}${detail}; this user's permissions do not allow it.`,
      { cause: error },
    );
  }
  if (hasErrCode(error, 'streamNotFound')) {
    return new HoldfastError(
      'bus_unavailable',
      `NATS has no such stream while ${doing}; make the streams first (provision).`,
      { cause: error },
    );
  }
  if (isPassing(error) || isClosed(error)) return unavailable(doing, error);
  return new HoldfastError('internal', `NATS answered "${messageOf(error)}" while ${doing}.`, {
    cause: error,
  });
}

export function unavailable(doing: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'bus_unavailable',
    `NATS did not answer while ${doing}; check that it runs, has JetStream enabled, and can be reached.`,
    { cause },
  );
}

const isClosed = (error: unknown): boolean =>
  error instanceof NatsError &&
  (error.code === ErrorCode.ConnectionClosed || error.code === ErrorCode.ConnectionDraining);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
