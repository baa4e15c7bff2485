import { z } from 'zod';
import { failureSchema } from './errors.ts';
import { severitySchema } from './health.ts';
import { databaseIdSchema, timestampSchema } from './ids.ts';

export const channelKindSchema = z.enum(['slack', 'webhook', 'email']);
export type ChannelKind = z.infer<typeof channelKindSchema>;

/**
 * The value of `<channel>.<id>` in bucket `deliveries`: one message to one channel. The id begins with the channel's, and is
 * the dedup key that receivers see. What is to be said stands beside it, for the notifier alone.
 */
export const deliverySchema = z
  .object({
    id: z.string(),
    route: z.string(),
    channel: z.string(),
    kind: channelKindSchema,
    /** The event's type; `absence`, `recovery`, `reminder` for what no event says. */
    about: z.string(),
    severity: severitySchema,
    database: databaseIdSchema.optional(),
    /** The event told of; where to find what is to be said again. */
    eventId: z.string().optional(),
    eventSequence: z.number().int().optional(),
    title: z.string(),
    state: z.enum(['pending', 'sent', 'dead']),
    attempts: z.number().int().nonnegative(),
    createdAt: timestampSchema,
    nextAttemptAt: timestampSchema.optional(),
    sentAt: timestampSchema.optional(),
    lastError: failureSchema.optional(),
  })
  .meta({ id: 'Delivery' });
export type DeliveryRecord = z.infer<typeof deliverySchema>;

/** The value of a problem's key in bucket `alerts`: something that failed and has not worked since, and what was told of it. */
export const alertSchema = z.object({
  problem: z.string(),
  isOpen: z.boolean(),
  /** The event type of the failure. */
  about: z.string(),
  severity: severitySchema,
  database: databaseIdSchema.optional(),
  title: z.string(),
  /** When it first failed. */
  openedAt: timestampSchema,
  failures: z.number().int().nonnegative(),
  lastToldAt: timestampSchema,
  reminders: z.number().int().nonnegative(),
  /** The last event that changed it: what was counted is not counted again. */
  sequence: z.number().int().nonnegative(),
  closedAt: timestampSchema.optional(),
});
export type Alert = z.infer<typeof alertSchema>;

const delivered = z.object({
  delivery: z.string(),
  route: z.string(),
  channel: z.string(),
  kind: channelKindSchema,
  about: z.string(),
  eventId: z.string().optional(),
  attempts: z.number().int().nonnegative(),
});

/** Subject: the delivery's id. */
export const notificationEvents = {
  'notification.sent': delivered.extend({ durationMs: z.number().nonnegative() }),
  'notification.failed': delivered.extend({ error: failureSchema }),
} as const;

/** What `control.notifier.preview` answers: what an event would send to whom. */
export const previewSchema = z.object({
  messages: z.array(
    z.object({
      route: z.string(),
      channel: z.string(),
      kind: channelKindSchema,
      title: z.string(),
      text: z.string(),
    }),
  ),
});
export type NotificationPreview = z.infer<typeof previewSchema>;

/** What `control.notifier.channels` answers. Targets are told without what is secret in them. */
export const channelsSchema = z.object({
  channels: z.array(z.object({ id: z.string(), kind: channelKindSchema, target: z.string() })),
  routes: z.array(z.object({ id: z.string(), channels: z.array(z.string()), when: z.string() })),
});
export type NotificationChannels = z.infer<typeof channelsSchema>;
