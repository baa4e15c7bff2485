import { z } from 'zod';
import { failureSchema } from '../errors.ts';
import { timestampSchema } from '../ids.ts';
import { declareRoutes } from './declaration.ts';

/** A message that a handler gave up. */
export const deadLetterSchema = z
  .object({
    sequence: z.number().int(),
    /** Whose it was: the durable consumer. */
    durable: z.string(),
    type: z.string().optional(),
    /** The event's subject, mostly a run. */
    subject: z.string().optional(),
    reason: failureSchema,
    deliveryCount: z.number().int(),
    at: timestampSchema,
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetterView = z.infer<typeof deadLetterSchema>;

const letterParams = z.object({ sequence: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

export const deadLetterRoutes = declareRoutes({
  listDeadLetters: {
    method: 'GET',
    path: '/api/v1/dead-letters',
    tag: 'dead letters',
    summary: 'Events that a service gave up, newest first',
    permission: 'dead-letter:read',
    failureShape: 'problem',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    replies: {
      200: {
        description: 'The newest.',
        schema: z.object({ deadLetters: z.array(deadLetterSchema), total: z.number().int() }),
      },
    },
    errors: ['bus_unavailable'],
  },
  getDeadLetter: {
    method: 'GET',
    path: '/api/v1/dead-letters/:sequence',
    tag: 'dead letters',
    summary: 'One of them, with its event',
    permission: 'dead-letter:read',
    failureShape: 'problem',
    params: letterParams,
    replies: {
      200: { description: 'The letter.', schema: deadLetterSchema.extend({ event: z.unknown() }) },
    },
    errors: ['dead_letter_not_found', 'bus_unavailable'],
  },
  retryDeadLetter: {
    method: 'POST',
    path: '/api/v1/dead-letters/:sequence/retry',
    tag: 'dead letters',
    summary: 'Give the event to its handler again, and to nobody else; the letter goes',
    permission: 'dead-letter:write',
    failureShape: 'problem',
    params: letterParams,
    replies: { 200: { description: 'It is on its way.', schema: deadLetterSchema } },
    errors: ['dead_letter_not_found', 'dead_letter_unusable', 'bus_unavailable'],
  },
  removeDeadLetter: {
    method: 'DELETE',
    path: '/api/v1/dead-letters/:sequence',
    tag: 'dead letters',
    summary: 'Throw it away',
    permission: 'dead-letter:write',
    failureShape: 'problem',
    params: letterParams,
    replies: { 200: { description: 'It is gone.', schema: deadLetterSchema } },
    errors: ['dead_letter_not_found', 'bus_unavailable'],
  },
});
