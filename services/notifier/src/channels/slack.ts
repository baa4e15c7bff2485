import type { Channel } from './channel.ts';
import { assertKind } from './assert-kind.ts';
import { hostOf } from './host-of.ts';
import { post } from './post.ts';

/** Slack's incoming webhook. One message at a time: it takes about one a second. */
export function slackChannel(
  config: { readonly id: string; readonly url: string },
  allowPrivate: boolean,
): Channel {
  const target = `Slack at ${hostOf(config.url)}`;
  return {
    id: config.id,
    kind: 'slack',
    target,
    concurrency: 1,
    send: async ({ rendered }, signal) => {
      const { body } = assertKind(rendered, 'slack');
      await post({
        url: config.url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        allowPrivate,
        signal,
        target,
      });
      return { refused: [] };
    },
  };
}
