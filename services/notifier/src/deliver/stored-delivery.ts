import { deliverySchema, envelopeSchema } from '@holdfast/contracts';
import { z } from 'zod';
import { payloadSchema } from '../payload/payload.ts';

/** A delivery with what it says: to be rendered at each attempt, so that a corrected template helps those that wait. */
export const storedDeliverySchema = deliverySchema.extend({
  payload: payloadSchema,
  /** Absent where it is too large to stand here; then it is read from the stream again. */
  event: envelopeSchema.optional(),
  /** Recipients that have it, of those of a channel with several. */
  done: z.array(z.string()).default([]),
});
export type StoredDelivery = z.output<typeof storedDeliverySchema>;
