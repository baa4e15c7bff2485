import { z } from 'zod';

const text = (limit: number) =>
  z.object({
    type: z.enum(['plain_text', 'mrkdwn']),
    text: z.string().min(1).max(limit),
    emoji: z.boolean().optional(),
  });
const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: text(150) }),
  z
    .strictObject({
      type: z.literal('section'),
      text: text(3_000).optional(),
      fields: z.array(text(2_000)).min(1).max(10).optional(),
    })
    .refine((section) => section.text ?? section.fields, 'a section has a text or fields'),
  z.strictObject({ type: z.literal('context'), elements: z.array(text(3_000)).min(1).max(10) }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(z.strictObject({ type: z.literal('button'), text: text(75), url: z.string().max(3_000) }))
      .min(1)
      .max(25),
  }),
]);

/** What Slack would take, after its own description of blocks. */
export const slackMessageSchema = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z.array(block).min(1).max(50),
});
