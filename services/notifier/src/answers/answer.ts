import type { Bucket, Bus, Subscription } from '@holdfast/bus';
import {
  databaseIdSchema,
  deliverySchema,
  HoldfastError,
  isEventType,
  type DeliveryRecord,
  type NotificationChannels,
  type NotificationPreview,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { Channels } from '../channels/open-channels.ts';
import { attempt, type AttemptDependencies } from '../deliver/attempt.ts';
import { deliveryKey } from '../deliver/delivery-id.ts';
import { makeDelivery } from '../deliver/make-delivery.ts';
import { noticeEvent } from '../deliver/notice-event.ts';
import { outcomeEvent } from '../deliver/outcome-event.ts';
import type { StoredDelivery } from '../deliver/stored-delivery.ts';
import { describe } from '../payload/describe.ts';
import { linkTo } from '../payload/link.ts';
import { testNotice } from '../payload/notices.ts';
import { describeRoute } from '../routes/describe-route.ts';
import { planDeliveries } from '../routes/plan-deliveries.ts';
import type { Route } from '../routes/route.ts';
import { readable, render } from '../templates/render.ts';
import { exampleEvent } from './example-event.ts';

export type AnswerDependencies = AttemptDependencies & {
  readonly bus: Bus;
  readonly deliveries: Bucket<StoredDelivery>;
  readonly channels: Channels;
  readonly routes: readonly Route[];
  readonly consoleUrl: string | undefined;
  /** Distinct for each test message. */
  readonly newId: () => string;
};

const previewed = z.object({ type: z.string(), database: databaseIdSchema.optional() });
const tested = z.object({ channel: z.string() });
const retried = z.object({ delivery: z.string() });

/** What people ask the notifier by the gateway. */
export function answerQuestions(deps: AnswerDependencies): Promise<readonly Subscription[]> {
  const { bus } = deps;
  return Promise.all([
    bus.respond('control.notifier.preview', async (payload) => preview(deps, read(previewed, payload))),
    bus.respond('control.notifier.channels', async () => list(deps)),
    bus.respond('control.notifier.test', (payload) => test(deps, read(tested, payload).channel)),
    bus.respond('control.notifier.retry', (payload) => retry(deps, read(retried, payload).delivery)),
  ]);
}

function preview(
  deps: AnswerDependencies,
  { type, database = 'app' }: z.output<typeof previewed>,
): NotificationPreview {
  if (!isEventType(type)) throw new HoldfastError('invalid_request', `There is no event type "${type}".`);
  const event = exampleEvent(type, database);
  const payload = describe(event, { consoleUrl: deps.consoleUrl, earlier: [] });
  if (!payload) throw new HoldfastError('internal', `Nothing is known to say about ${type}.`);
  const messages = planDeliveries(payload, deps.routes).flatMap(({ route, channel: id, payload: said }) => {
    const channel = deps.channels.get(id);
    if (!channel) return [];
    const { rendered } = render(channel, said, event, deps.templates);
    return [{ route, channel: id, kind: channel.kind, title: said.title, text: readable(rendered) }];
  });
  return { messages };
}

const list = ({ channels, routes }: AnswerDependencies): NotificationChannels => ({
  channels: [...channels.values()].map(({ id, kind, target }) => ({ id, kind, target })),
  routes: routes.map((route) => ({
    id: route.id,
    channels: [...route.channels],
    when: describeRoute(route),
  })),
});

/** Sends at once and answers when it was taken; throws what the receiver said. Recorded either way. */
async function test(deps: AnswerDependencies, id: string): Promise<DeliveryRecord> {
  const channel = deps.channels.get(id);
  if (!channel) {
    const known = [...deps.channels.keys()].join(', ') || 'none';
    throw new HoldfastError('channel_unknown', `There is no channel "${id}"; there are: ${known}.`);
  }
  const now = deps.now();
  const payload = testNotice(now.toISOString(), linkTo(deps.consoleUrl, undefined));
  const event = noticeEvent(`test:${deps.newId()}`, payload);
  const made = makeDelivery({ route: 'test', channel: id, payload }, { event }, deps.channels, now);
  // Whoever asks hears what became of it: it is not tried again.
  const once = { ...deps, policy: { ...deps.policy, maxAttempts: 1 } };
  const { record, failure } = await attempt(
    once,
    channel,
    { ...made, attempts: 1 },
    new AbortController().signal,
  );
  await deps.bus.publish(outcomeEvent(record, deps.now().getTime() - now.getTime(), deps.now()));
  await deps.deliveries.create(deliveryKey(record.id), record);
  if (failure) throw new HoldfastError(failure.code, failure.message);
  return deliverySchema.parse(record);
}

/** What was given up is pending again, what waits goes at once, what was sent stays sent. */
async function retry(deps: AnswerDependencies, id: string): Promise<DeliveryRecord> {
  for (;;) {
    const found = await deps.deliveries.get(keyOf(id));
    if (!found)
      throw new HoldfastError(
        'delivery_not_found',
        `No notification has the id "${id}"; \`backup-admin notifications list\` shows them.`,
      );
    if (found.value.state === 'sent') return deliverySchema.parse(found.value);
    const { nextAttemptAt: _, ...rest } = found.value;
    const attempts = found.value.state === 'dead' ? 0 : found.value.attempts;
    const written = await deps.deliveries.update(
      found.key,
      { ...rest, state: 'pending', attempts },
      found.revision,
    );
    if (written) return deliverySchema.parse(written.value);
  }
}

function keyOf(id: string): string {
  if (/^[a-z0-9-]+_[0-9a-f]+$/.test(id)) return deliveryKey(id);
  throw new HoldfastError('delivery_not_found', `"${id}" is no notification's id.`);
}

function read<T>(schema: z.ZodType<T>, payload: unknown): T {
  const checked = schema.safeParse(payload);
  if (checked.success) return checked.data;
  throw new HoldfastError('invalid_request', z.prettifyError(checked.error), { cause: checked.error });
}
