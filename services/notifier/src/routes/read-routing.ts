import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '@holdfast/service-kit';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ChannelConfig, Routing } from './channel-config.ts';
import { planChannels, planRoutes, type ChannelSettings } from './plan-defaults.ts';
import type { Route } from './route.ts';
import { routesFileSchema, type RoutesFile } from './routes-file.ts';

const FILE = 'BACKUP_NOTIFICATION_ROUTES_FILE';

export type RoutingSettings = ChannelSettings & {
  readonly [FILE]?: string | undefined;
  readonly BACKUP_NOTIFY_SUCCESS: boolean;
  readonly BACKUP_NOTIFY_FAILURE: boolean;
};

/** Channels and routes of the environment and of the file. Throws ConfigError with everything that is wrong. */
export async function readRouting(settings: RoutingSettings): Promise<Routing> {
  const { channels: ours, problems } = planChannels(settings);
  if (problems.length > 0) throw new ConfigError(problems);
  const path = settings[FILE];
  const file = path === undefined ? undefined : await readFileOf(path);
  const declared = file && path !== undefined ? await channelsOf(file, dirname(resolve(path)), settings) : [];
  const channels = [...ours.filter(({ id }) => !declared.some((each) => each.id === id)), ...declared];
  const routes =
    file?.routes?.map(routeOf) ??
    planRoutes(channels, {
      success: settings.BACKUP_NOTIFY_SUCCESS,
      failure: settings.BACKUP_NOTIFY_FAILURE,
    });
  assertKnown(routes, channels);
  return { channels, routes };
}

async function readFileOf(path: string): Promise<RoutesFile> {
  const text = await readSecret(path, FILE);
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    // The parser quotes the line, which may hold a secret; where it is, is enough.
    const at = error instanceof Error ? (/at line \d+, column \d+/.exec(error.message)?.[0] ?? '') : '';
    throw new ConfigError([`${FILE}: ${path} is no YAML ${at}`.trim()]);
  }
  const checked = routesFileSchema.safeParse(content ?? {});
  if (checked.success) return checked.data;
  throw new ConfigError([`${FILE}: ${path} does not fit:\n${z.prettifyError(checked.error)}`]);
}

const channelsOf = (
  file: RoutesFile,
  folder: string,
  settings: RoutingSettings,
): Promise<readonly ChannelConfig[]> =>
  Promise.all(Object.entries(file.channels).map(([id, channel]) => channelOf(id, channel, folder, settings)));

async function channelOf(
  id: string,
  channel: RoutesFile['channels'][string],
  folder: string,
  settings: RoutingSettings,
): Promise<ChannelConfig> {
  const secret = async (what: string, given?: string, fromFile?: string): Promise<string> => {
    if (given !== undefined) return given;
    if (fromFile !== undefined) return (await readSecret(resolve(folder, fromFile), what)).trim();
    throw new ConfigError([`${FILE}: ${what} of channel ${id} is not given.`]);
  };
  if (channel.kind === 'slack')
    return { id, kind: 'slack', url: await secret('url', channel.url, channel.urlFile) };
  if (channel.kind === 'webhook') {
    const { secrets, secretsFile, headers } = channel;
    const more = secretsFile === undefined ? '' : await secret('secrets', undefined, secretsFile);
    const url = await secret('url', channel.url, channel.urlFile);
    return { id, kind: 'webhook', url, secrets: [...secrets, ...more.split(/\s+/).filter(Boolean)], headers };
  }
  const ownSmtp = channel.smtpUrl ?? (channel.smtpUrlFile === undefined ? settings.SMTP_URL : undefined);
  return {
    id,
    kind: 'email',
    to: channel.to,
    smtpUrl: await secret('smtpUrl (or SMTP_URL)', ownSmtp, channel.smtpUrlFile),
    from: channel.from ?? settings.SMTP_FROM,
  };
}

async function readSecret(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new ConfigError([`${what}: ${path} cannot be read; check the path and its rights.`]);
  }
}

const routeOf = ({ onlyFailures, ...route }: NonNullable<RoutesFile['routes']>[number]): Route => ({
  ...route,
  ...(onlyFailures ? { outcomes: ['failure', 'warning'] } : {}),
});

function assertKnown(routes: readonly Route[], channels: readonly ChannelConfig[]): void {
  const known = new Set(channels.map(({ id }) => id));
  const problems = routes.flatMap((route) =>
    route.channels
      .filter((channel) => !known.has(channel))
      .map((channel) => `${FILE}: route ${route.id} names channel ${channel}, which does not exist.`),
  );
  const twice = routes.filter(({ id }, index) => routes.findIndex((each) => each.id === id) !== index);
  problems.push(...twice.map(({ id }) => `${FILE}: there are two routes ${id}.`));
  if (problems.length > 0) throw new ConfigError(problems);
}
