import type { ChannelConfig } from '../routes/channel-config.ts';
import type { Channel } from './channel.ts';
import { emailChannel } from './email.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';

export type Channels = ReadonlyMap<string, Channel>;

export const openChannels = (configs: readonly ChannelConfig[], allowPrivate: boolean): Channels =>
  new Map(configs.map((config) => [config.id, openChannel(config, allowPrivate)]));

function openChannel(config: ChannelConfig, allowPrivate: boolean): Channel {
  if (config.kind === 'slack') return slackChannel(config, allowPrivate);
  return config.kind === 'webhook' ? webhookChannel(config, allowPrivate) : emailChannel(config);
}
