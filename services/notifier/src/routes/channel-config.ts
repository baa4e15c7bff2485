import type { Route } from './route.ts';

/** What a channel is made of, from the environment or the file. Holds secrets: never printed. */
export type ChannelConfig =
  | { readonly id: string; readonly kind: 'slack'; readonly url: string }
  | {
      readonly id: string;
      readonly kind: 'webhook';
      readonly url: string;
      /** Of the signature; the first is the newest. Several while one replaces another. */
      readonly secrets: readonly string[];
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly id: string;
      readonly kind: 'email';
      readonly to: readonly string[];
      readonly smtpUrl: string;
      readonly from: string;
    };

export type Routing = {
  readonly channels: readonly ChannelConfig[];
  readonly routes: readonly Route[];
};
