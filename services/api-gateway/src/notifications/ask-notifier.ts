import { failureOf, HoldfastError } from '@holdfast/contracts';
import type { z } from 'zod';
import type { GatewayDependencies } from '../dependencies.ts';

type Verb = 'preview' | 'channels' | 'test' | 'retry';

/** A test message waits for its receiver; whoever takes longer is not waited for. */
const ANSWER_LIMIT_MS = 60_000;

/** What the notifier answers. What it throws arrives with its code; nobody there: bus_unavailable, in clear words. */
export async function askNotifier<S extends z.ZodType>(
  deps: GatewayDependencies,
  verb: Verb,
  payload: unknown,
  answer: S,
): Promise<z.output<S>> {
  return answer.parse(await ask(deps, verb, payload));
}

async function ask(deps: GatewayDependencies, verb: Verb, payload: unknown): Promise<unknown> {
  try {
    return await deps.bus.request(`control.notifier.${verb}`, payload, ANSWER_LIMIT_MS);
  } catch (cause) {
    if (failureOf(cause).code !== 'bus_unavailable' || !deps.bus.isConnected()) throw cause;
    const message = 'No notifier answers; start one, then ask again.';
    throw new HoldfastError('bus_unavailable', message, { cause });
  }
}
