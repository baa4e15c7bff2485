import { assertKind } from './assert-kind.ts';
import type { Channel } from './channel.ts';
import { hostOf } from './host-of.ts';
import { post } from './post.ts';
import { signatureHeaders } from './sign.ts';

export type WebhookConfig = {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
};

/** JSON to any receiver, signed after Standard Webhooks when there is a secret. */
export function webhookChannel(config: WebhookConfig, allowPrivate: boolean): Channel {
  const target = `the webhook ${config.id} at ${hostOf(config.url)}`;
  return {
    id: config.id,
    kind: 'webhook',
    target,
    concurrency: 4,
    send: async ({ id, rendered }, signal) => {
      const body = JSON.stringify(assertKind(rendered, 'webhook').body);
      await post({
        url: config.url,
        headers: {
          'content-type': 'application/json',
          ...config.headers,
          ...signatureHeaders(id, body, config.secrets, new Date()),
        },
        body,
        allowPrivate,
        signal,
        target,
      });
      return { refused: [] };
    },
  };
}
