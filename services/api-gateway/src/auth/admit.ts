import { failureOf, HoldfastError, type OperationId, type RouteDeclaration } from '@holdfast/contracts';
import type { FastifyRequest } from 'fastify';
import { authenticate, bearerOf, type Credentials } from './authenticate.ts';
import { ANONYMOUS, type Caller } from './caller.ts';
import { addressKey, openLimit, type Limit } from './limits.ts';

export type Guard = Credentials & {
  readonly onLoopback: boolean;
  /** Calls of one credential; undefined: without limit. */
  readonly calls: Limit | undefined;
  /** Credentials that were none, by address. */
  readonly guesses: Limit;
};

/** Twenty wrong credentials at once, one more every 30 s: nobody who mistypes notices, and nobody guesses 256 bits. */
export const guessLimit = (now?: () => number): Limit =>
  openLimit({ size: 20, perMinute: 2 }, 'Too many wrong credentials came from this address.', now);

/** Who calls, if he may. Whether he may with this very database is for checkScope. */
export async function admit(
  operation: OperationId,
  { permission, openOnLoopback }: RouteDeclaration,
  request: Pick<FastifyRequest, 'headers' | 'ip'>,
  guard: Guard,
): Promise<Caller> {
  if (permission === 'public' || (openOnLoopback && guard.onLoopback)) return ANONYMOUS;
  const caller = await identify(request, guard);
  guard.calls?.take(caller.credential ?? caller.name);
  if (caller.permissions.includes(permission)) return caller;
  throw new Forbidden(
    caller,
    `${caller.name} may not do ${operation}: it needs the permission ${permission}.`,
  );
}

/** Known who he is, so that the log and the audit name him. */
export class Forbidden extends HoldfastError {
  readonly caller: Caller;
  constructor(caller: Caller, message: string) {
    super('forbidden', message);
    this.caller = caller;
  }
}

async function identify({ headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>, guard: Guard) {
  const credential = bearerOf(headers.authorization);
  const address = addressKey(ip);
  // Whoever proved himself of late is not shut out by others behind his address.
  if (credential !== undefined && !guard.tokens.isKnown(credential)) guard.guesses.check(address);
  try {
    return await authenticate(guard, headers.authorization);
  } catch (error) {
    if (credential !== undefined && failureOf(error).code === 'unauthorized') guard.guesses.tryTake(address);
    throw error;
  }
}
