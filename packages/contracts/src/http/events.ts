import { z } from 'zod';
import { databaseIdSchema, timestampSchema } from '../ids.ts';
import { declareRoutes } from './declaration.ts';

export const eventRoutes = declareRoutes({
  watchEvents: {
    method: 'GET',
    path: '/api/v1/events',
    tag: 'events',
    summary: 'Server-sent events: everything that happens, from now on or from `Last-Event-ID` on',
    permission: 'event:read',
    failureShape: 'problem',
    query: z.strictObject({
      database: databaseIdSchema.optional(),
      type: z
        .string()
        .regex(/^[a-z_.]{1,60}\*?$/, 'an event type, or its beginning and a *')
        .optional()
        .describe('`backup.completed`, or `backup.*`.'),
      progress: z.stringbool().default(false).describe('Also `progress` of runs, which is never repeated.'),
      after: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .describe('As `Last-Event-ID`, which wins: begin behind this id. 0: all that is kept.'),
      since: timestampSchema
        .optional()
        .describe('Begin with what was stored at this time or later; `after` and `Last-Event-ID` win.'),
    }),
    replies: {
      200: {
        description:
          'One CloudEvent each, named by its type, its id the place in the stream; a comment line as heartbeat. Who reads too slowly is cut off, and goes on with `Last-Event-ID`.',
        contentType: 'text/event-stream',
      },
    },
    errors: ['rate_limited', 'bus_unavailable'],
  },
});
