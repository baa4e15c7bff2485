import { createHash } from 'node:crypto';

/** The same for one event, route and channel, whoever makes it and however often: what receivers tell duplicates by. */
export function deliveryId(source: string, route: string, channel: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([source, route, channel]))
    .digest('hex');
  return `${channel}_${digest.slice(0, 24)}`;
}

/** Key in bucket `deliveries`: the channel first, so that each reads its own alone. */
export const deliveryKey = (id: string): string => `${id.slice(0, id.lastIndexOf('_'))}.${id}`;
