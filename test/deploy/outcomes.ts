import { z } from 'zod';
import type { Stack } from './docker.ts';

const toldSchema = z.array(
  z.object({ id: z.string(), type: z.string(), subject: z.string().optional(), sequence: z.number() }),
);
export type Told = z.infer<typeof toldSchema>[number];

/** As the service itself: what it may read, and with which key, is what is deployed. */
const READ_ALL = `
import { connectService } from '@holdfast/runs';
const { NATS_URL, NATS_CREDS_FILE, EVENTS_PREFIX = '' } = process.env;
const bus = await connectService('history', { NATS_URL, NATS_CREDS_FILE, EVENTS_PREFIX }, () => undefined);
const { lastSequence } = await bus.eventsInfo();
const told = [];
for await (const { event, sequence } of bus.readEvents(1, { untilSequence: lastSequence }))
  if (event) told.push({ id: event.id, type: event.type, subject: event.subject, sequence });
console.log(JSON.stringify(told));
await bus.drain();`;

/** The stream of events from its beginning, in its order. */
export async function eventsOf(stack: Stack): Promise<readonly Told[]> {
  return toldSchema.parse(JSON.parse(await stack.module('history', READ_ALL)));
}

const OUTCOME = /^(?:backup|restore|validation)\.(?:completed|failed|cancelled|rolled_back)$/;

/** The run's terminal events; the same one published again has the same id, and is one. */
export function outcomesOf(run: string, told: readonly Told[]): readonly string[] {
  const ours = told.filter(({ subject, type }) => subject === run && OUTCOME.test(type));
  return [...new Map(ours.map(({ id, type }) => [id, type])).values()];
}
