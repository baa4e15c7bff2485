import { readFile } from 'node:fs/promises';
import type { Tracer } from '@opentelemetry/api';
import { connectBus, type Bus, type Credentials } from '@holdfast/bus';
import { DEAD_LETTERS_STREAM, EVENTS_STREAM, HoldfastError, type BusUser } from '@holdfast/contracts';

export type BusSettings = {
  readonly NATS_URL: string;
  readonly NATS_CREDS_FILE?: string | undefined;
  readonly EVENTS_PREFIX: string;
};

/** Services start beside NATS, which reads its store before it answers. Longer is a fault that a restart should show. */
const FIRST_CONNECT_MS = 60_000;

/** A service's own connection, as the user that NATS_CREDS_FILE names; with a tracer it tells spans. Waits a minute for NATS. */
export async function connectService(
  user: BusUser,
  settings: BusSettings,
  onProblem: (error: Error) => void,
  tracer?: Tracer,
): Promise<Bus> {
  const credentials =
    settings.NATS_CREDS_FILE === undefined ? undefined : await readCredentials(settings.NATS_CREDS_FILE);
  const bus = await connectBus({
    servers: settings.NATS_URL.split(',').map((server) => server.trim()),
    name: user,
    eventsStream: EVENTS_STREAM,
    deadLettersStream: DEAD_LETTERS_STREAM,
    prefix: settings.EVENTS_PREFIX,
    connectTimeoutMs: FIRST_CONNECT_MS,
    onProblem,
    ...(credentials ? { credentials } : {}),
  });
  if (!tracer) return bus;
  // Loaded only where traces are wanted.
  const { tracedBus } = await import('./tracing/traced-bus.ts');
  return tracedBus(bus, tracer);
}

/** The file holds either a bare nkey seed (`SU…`) or a .creds file of NATS. */
async function readCredentials(path: string): Promise<Credentials> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return /^SU[A-Z2-7]+$/.test(text) ? { nkeySeed: text } : { credsFile: path };
  } catch (cause) {
    throw new HoldfastError(
      'invalid_request',
      `NATS_CREDS_FILE: cannot read ${path}; check the path and its rights.`,
      { cause },
    );
  }
}
