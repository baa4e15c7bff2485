import { channelsSchema, deliverySchema, previewSchema } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { pageOf } from '../http/page.ts';
import { askNotifier } from './ask-notifier.ts';

type Operations =
  'listNotifications' | 'listChannels' | 'previewNotifications' | 'testChannel' | 'retryNotification';

export const notificationHandlers = (deps: GatewayDependencies): Pick<Handlers, Operations> => ({
  listNotifications: async ({ query: { state, channel, database, limit, cursor } }, { sees }) => {
    const wanted = (await deps.deliveries()).filter(
      (each) =>
        sees(each.database) &&
        (state === undefined || each.state === state) &&
        (channel === undefined || each.channel === channel) &&
        (database === undefined || each.database === database),
    );
    const { items, ...next } = pageOf(wanted, { limit, cursor }, ({ createdAt, id }) => [createdAt, id]);
    return ok({ deliveries: [...items], ...next, total: wanted.length });
  },
  listChannels: async () => ok(await askNotifier(deps, 'channels', {}, channelsSchema)),
  previewNotifications: async ({ body }) => ok(await askNotifier(deps, 'preview', body, previewSchema)),
  testChannel: async ({ body: { channel } }, { caller }) =>
    ok(await askNotifier(deps, 'test', { channel, by: caller.name }, deliverySchema)),
  retryNotification: async ({ params: { delivery } }, { caller }) =>
    ok(await askNotifier(deps, 'retry', { delivery, by: caller.name }, deliverySchema)),
});
