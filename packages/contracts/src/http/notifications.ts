import { z } from 'zod';
import { eventSchemas, type EventType } from '../events.ts';
import { databaseIdSchema } from '../ids.ts';
import { channelsSchema, deliverySchema, previewSchema } from '../notification.ts';
import { declareRoutes } from './declaration.ts';

const eventTypeSchema = z.enum(Object.keys(eventSchemas) as [EventType, ...EventType[]]); // Object.keys forgets the literal types

export const notificationRoutes = declareRoutes({
  listNotifications: {
    method: 'GET',
    path: '/api/v1/notifications',
    tag: 'notifications',
    summary: 'Notifications of the last 30 days, newest first',
    permission: 'notification:read',
    failureShape: 'problem',
    query: z.strictObject({
      state: z.enum(['pending', 'sent', 'dead']).optional(),
      channel: z.string().max(80).optional(),
      database: databaseIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
      cursor: z.string().max(400).optional().describe('`nextCursor` of the page before.'),
    }),
    replies: {
      200: {
        description: 'One page.',
        schema: z.object({
          deliveries: z.array(deliverySchema),
          /** Absent: this is the last page. */
          nextCursor: z.string().optional(),
          /** How many there are, on all pages. */
          total: z.number().int(),
        }),
      },
    },
    errors: ['bus_unavailable'],
  },
  listChannels: {
    method: 'GET',
    path: '/api/v1/notifications/channels',
    tag: 'notifications',
    summary: 'Channels and routes in force',
    permission: 'notification:read',
    failureShape: 'problem',
    replies: { 200: { description: 'Without what is secret in them.', schema: channelsSchema } },
    errors: ['bus_unavailable'],
  },
  previewNotifications: {
    method: 'POST',
    path: '/api/v1/notifications/preview',
    tag: 'notifications',
    summary: 'What an event would send to whom; nothing is sent',
    permission: 'notification:read',
    failureShape: 'problem',
    body: z.strictObject({ type: eventTypeSchema, database: databaseIdSchema.optional() }),
    replies: { 200: { description: 'The messages, of an example of the event.', schema: previewSchema } },
    errors: ['bus_unavailable'],
  },
  testChannel: {
    method: 'POST',
    path: '/api/v1/notifications/test',
    tag: 'notifications',
    summary: 'Send a test message through a channel now',
    permission: 'notification:write',
    failureShape: 'problem',
    body: z.strictObject({ channel: z.string().max(80) }),
    replies: { 200: { description: 'It was taken.', schema: deliverySchema } },
    errors: ['channel_unknown', 'delivery_failed', 'delivery_refused', 'target_refused', 'bus_unavailable'],
  },
  retryNotification: {
    method: 'POST',
    path: '/api/v1/notifications/:delivery/retry',
    tag: 'notifications',
    summary: 'Send a notification again that was given up',
    permission: 'notification:write',
    failureShape: 'problem',
    params: z.object({ delivery: z.string().regex(/^[A-Za-z0-9_-]{1,120}$/) }),
    replies: { 200: { description: 'It is pending again.', schema: deliverySchema } },
    errors: ['delivery_not_found', 'bus_unavailable'],
  },
});
