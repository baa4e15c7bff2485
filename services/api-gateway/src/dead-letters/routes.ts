import type { DeadLetter } from '@holdfast/bus';
import { envelopeSchema, HoldfastError, type DeadLetterView } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';

export const deadLetterHandlers = (
  deps: Pick<GatewayDependencies, 'bus'>,
): Pick<Handlers, 'listDeadLetters' | 'getDeadLetter' | 'retryDeadLetter' | 'removeDeadLetter'> => ({
  listDeadLetters: async ({ query: { limit } }) => {
    const newest: DeadLetterView[] = [];
    let total = 0;
    for await (const letter of deps.bus.deadLetters()) {
      total += 1;
      newest.push(viewOf(letter));
      if (newest.length > limit) newest.shift();
    }
    return ok({ deadLetters: newest.toReversed(), total });
  },
  getDeadLetter: async ({ params: { sequence } }) => {
    const letter = await find(deps, sequence);
    return ok({ ...viewOf(letter), event: letter.event });
  },
  retryDeadLetter: async ({ params: { sequence } }, { note }) => {
    const letter = await find(deps, sequence);
    note({ before: viewOf(letter) });
    await deps.bus.retryDeadLetter(letter);
    // Its handler has it again; should it be given up once more, that is a letter of its own.
    await deps.bus.removeDeadLetter(sequence);
    return ok(viewOf(letter));
  },
  removeDeadLetter: async ({ params: { sequence } }, { note }) => {
    const letter = await find(deps, sequence);
    note({ before: viewOf(letter) });
    await deps.bus.removeDeadLetter(sequence);
    return ok(viewOf(letter));
  },
});

async function find({ bus }: Pick<GatewayDependencies, 'bus'>, sequence: number): Promise<DeadLetter> {
  for await (const letter of bus.deadLetters(sequence)) return letter;
  const message = `There is no dead letter ${sequence}; "backup-admin dlq" lists them.`;
  throw new HoldfastError('dead_letter_not_found', message);
}

/** Without the event: it may say what not everybody should read, and be large. */
function viewOf({ event, sequence, durable, reason, deliveryCount, at }: DeadLetter): DeadLetterView {
  const known = envelopeSchema.safeParse(event).data;
  return {
    sequence,
    durable,
    reason,
    deliveryCount,
    at,
    ...(known ? { type: known.type, subject: known.subject } : {}),
  };
}
