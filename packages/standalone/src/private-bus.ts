import { startNatsServer } from '@holdfast/bus';
import { busAccess, EVENTS_STREAM, DEAD_LETTERS_STREAM, settings } from '@holdfast/contracts';
import { provisionTopology } from '@holdfast/runs';
import type { Home } from './home.ts';

export type StandaloneBus = {
  /** For the story. */
  readonly description: string;
  /** What a service needs to connect as its own user. */
  envOf(service: string): NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

/** A nats-server under the home, with a user for each service, its streams and buckets made. */
export async function startPrivateBus(home: Home, env: NodeJS.ProcessEnv): Promise<StandaloneBus> {
  const server = await startNatsServer({
    dir: home.natsDir,
    port: 0,
    access: busAccess,
    eventsStream: EVENTS_STREAM,
    deadLettersStream: DEAD_LETTERS_STREAM,
    prefix: env['EVENTS_PREFIX'] ?? '',
  });
  const envOf = (service: string): NodeJS.ProcessEnv => ({
    NATS_URL: server.url,
    NATS_CREDS_FILE: server.seedFileOf(service),
  });
  try {
    await provisionAs({ ...env, ...envOf('provisioner') });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    description: `private NATS JetStream at ${server.url}, a user for each service`,
    envOf,
    stop: () => server.stop(),
  };
}

/** Somebody else's NATS: ours are only the streams and buckets on it. */
export async function openGivenBus(env: NodeJS.ProcessEnv): Promise<StandaloneBus> {
  await provisionAs(env);
  return { description: `NATS at ${env['NATS_URL']}`, envOf: () => ({}), stop: () => Promise.resolve() };
}

const provisionAs = (env: NodeJS.ProcessEnv): Promise<void> =>
  provisionTopology({
    NATS_URL: env['NATS_URL'] ?? '',
    NATS_CREDS_FILE: env['NATS_CREDS_FILE'],
    EVENTS_PREFIX: env['EVENTS_PREFIX'] ?? '',
    EVENTS_MAX_AGE: settings.EVENTS_MAX_AGE.schema.parse(env['EVENTS_MAX_AGE']),
    NATS_REPLICAS: settings.NATS_REPLICAS.schema.parse(env['NATS_REPLICAS']),
  });
