import type { Bus } from '@holdfast/bus';
import type { BusUser } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';

export type Nats = {
  readonly server: TestNats;
  /** A connection with that user's rights; closed by `stop`. */
  connectAs(user: BusUser): Promise<Bus>;
  /** How a service of that name finds the server. */
  environmentOf(user: BusUser): Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

export async function startNats(): Promise<Nats> {
  const server = await startTestNats();
  const open: Bus[] = [];
  return {
    server,
    connectAs: async (user) => {
      const bus = await server.connectAs(user);
      open.push(bus);
      return bus;
    },
    environmentOf: (user) => ({ NATS_URL: server.url, NATS_CREDS_FILE: server.seedFileOf(user) }),
    stop: async () => {
      await Promise.all(open.map((bus) => bus.drain()));
      await server.stop();
    },
  };
}
