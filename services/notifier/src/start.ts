import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { alertSchema, failureOf } from '@holdfast/contracts';
import { openFrame, type Frame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { openOutages } from './absence/outages.ts';
import { keepReminding } from './alerts/remind.ts';
import { answerQuestions } from './answers/answer.ts';
import { notifierSettings, type NotifierSettings } from './config.ts';
import { subscribeEvents } from './deliver/handle-event.ts';
import { openMeasures } from './deliver/measures.ts';
import { startSender } from './deliver/sender.ts';
import { storedDeliverySchema } from './deliver/stored-delivery.ts';
import { tellByBus } from './deliver/telling.ts';
import { openHeartbeats } from './heartbeat/heartbeats.ts';
import { parseHeartbeats } from './heartbeat/parse-heartbeats.ts';
import { followBus } from './memory/follow.ts';
import { openLocal, type Local } from './open-local.ts';
import { usualTiming, type Timing } from './timing.ts';

const AGAIN_MS = 1_000;

/**
 * The composition root. What needs no bus is opened first and works on while there is none: a notifier that starts while
 * NATS is away tells of it, and of what is missing, and connects when it can.
 */
export async function startNotifier(
  env: NodeJS.ProcessEnv,
  timing: Timing = usualTiming,
): Promise<RunningService> {
  const local = await openLocal(env, timing);
  const connect = (): Promise<RunningService> =>
    openFrame('notifier', notifierSettings, env, (frame) => compose(frame, local));
  try {
    const service = await connect();
    return { name: service.name, stop: () => service.stop().then(() => local.close()) };
  } catch (error) {
    if (failureOf(error).code !== 'bus_unavailable') {
      await local.close();
      throw error;
    }
    local.onProblem(error, 'NATS is away; watching what is expected without it');
    return connectLater(local, connect);
  }
}

function connectLater(local: Local, connect: () => Promise<RunningService>): RunningService {
  const stopping = new AbortController();
  const connecting = (async () => {
    while (!stopping.signal.aborted) {
      try {
        return await connect();
      } catch (error) {
        if (failureOf(error).code !== 'bus_unavailable') local.onProblem(error, 'starting');
      }
      await delay(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return undefined;
  })();
  return {
    name: 'notifier',
    stop: async () => {
      stopping.abort();
      await (await connecting)?.stop();
      await local.close();
    },
  };
}

async function compose(frame: Frame<NotifierSettings>, local: Local): Promise<RunningService> {
  const { bus, drain, settings, onProblem, metrics } = frame;
  const { memory, channels, routes, timing, now } = local;
  const deliveries = await bus.bucket('deliveries', storedDeliverySchema);
  const alerts = await bus.bucket('alerts', alertSchema);
  const consoleUrl = settings.CONSOLE_URL;

  const heartbeats = openHeartbeats({
    urls: parseHeartbeats(settings.BACKUP_HEARTBEAT_URLS),
    allowPrivate: settings.BACKUP_WEBHOOK_ALLOW_PRIVATE,
    now,
    onProblem,
  });
  drain.add('in-flight', 'heartbeats', () => heartbeats.stop());
  const following = await followBus({
    bus,
    memory,
    seen: (event) => heartbeats.beat(memory.current(), event),
    onProblem,
  });
  drain.add('pause', 'following', () => following.stop());
  const tell = tellByBus(deliveries, channels, now);
  const outages = await openOutages(alerts, memory, onProblem);
  drain.add('pause', 'outages', () => outages.stop());
  local.attach({ bus, deliveries, tell, isCurrent: following.isCurrent, endOutage: outages.end });
  drain.add('in-flight', 'local', () => local.attach(undefined));

  const measures = openMeasures(metrics, () => senders);
  const senders = [...channels.values()].map((channel) => ({
    channel: channel.id,
    sender: startSender(
      {
        ...local,
        onProblem,
        bus,
        deliveries,
        spanned: frame.spanned,
        claimMs: timing.claimMs,
        told: measures.told,
      },
      channel,
    ),
  }));
  drain.add('in-flight', 'senders', async () => {
    await Promise.all(senders.map(({ sender }) => sender.stop()));
  });
  const reminding = keepReminding(
    { alerts, routes, tell, remindMs: settings.BACKUP_NOTIFICATION_REMIND, consoleUrl, now },
    timing.remindEveryMs,
    onProblem,
  );
  drain.add('pause', 'reminders', () => reminding.stop());
  await frame.present();
  frame.subscribed([
    await subscribeEvents(bus, {
      routes,
      alerts,
      tell,
      contextOf: ({ database, subject }) => ({
        consoleUrl,
        earlier: database === undefined ? [] : (memory.current().earlier[database] ?? []),
        schedule: memory.current().fired[subject],
      }),
    }),
    ...(await answerQuestions({
      ...local,
      onProblem,
      bus,
      deliveries,
      consoleUrl,
      newId: randomUUID,
    })),
  ]);
  frame.log.info({ channels: [...channels.keys()], routes: routes.map(({ id }) => id) }, 'tells');
  return frame.ready();
}
