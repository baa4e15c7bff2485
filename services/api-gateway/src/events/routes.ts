import { failureOf, HoldfastError } from '@holdfast/contracts';
import { authenticate } from '../auth/authenticate.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext, Handlers } from '../http/handler.ts';
import { openEventFeed } from './event-feed.ts';
import { eventStream } from './event-stream.ts';

export const eventHandlers = (deps: GatewayDependencies): Pick<Handlers, 'watchEvents'> => {
  const feed = openEventFeed(deps);
  return {
    watchEvents: async ({ query: { database, type, progress, after, since } }, context) => {
      const most = deps.settings.HOLDFAST_EVENT_STREAMS;
      if (feed.size() >= most) {
        throw new HoldfastError('rate_limited', `${most} event streams are open here; try again later.`);
      }
      const stream = await eventStream(deps, feed, {
        caller: context.caller,
        wanted: { database, type, progress },
        from: lastEventId(context) ?? after ?? (since === undefined ? undefined : new Date(since)),
        mayStay: () => isStillHim(deps, context),
      });
      return {
        status: 200,
        stream,
        headers: {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        },
      };
    },
  };
};

/** What is no number of ours is none. */
function lastEventId({ headers }: CallContext): number | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

/** The token was not revoked and did not expire, and means the same. */
async function isStillHim(deps: GatewayDependencies, { headers, caller }: CallContext): Promise<boolean> {
  try {
    const now = await authenticate(deps, headers.authorization);
    return now.credential === caller.credential && now.permissions.includes('event:read');
  } catch (error) {
    if (failureOf(error).code === 'unauthorized') return false;
    throw error;
  }
}
