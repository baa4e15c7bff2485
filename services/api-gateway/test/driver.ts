import type { RunRecord } from '@holdfast/contracts';
import type { LightMyRequestResponse } from 'fastify';
import { testGateway, type TestGateway } from './gateway.ts';
import { memoryBus, type MemoryBus } from './memory-bus.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type Driver = TestGateway & {
  readonly memory: MemoryBus;
  /** With a token, unless the headers say otherwise. */
  readonly call: (
    method: Method,
    url: string,
    payload?: object | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<LightMyRequestResponse>;
  readonly ended: (run: string) => Promise<RunRecord>;
};

type Options = Omit<Parameters<typeof testGateway>[0], 'connect'>;

/** A gateway over a bus in memory, and how to speak with it. */
export async function driveGateway(options: Options = {}): Promise<Driver> {
  const memory = memoryBus();
  const gateway = await testGateway({ connect: () => Promise.resolve(memory), ...options });
  return { ...gateway, ...waysToSpeak(gateway), memory };
}

export type Ways = Pick<Driver, 'call' | 'ended'>;

export const waysToSpeak = (gateway: TestGateway): Ways => ({
  call: (method, url, payload, headers = {}) =>
    gateway.app.inject({
      method,
      url,
      headers: { ...gateway.authorization, ...headers },
      ...(payload === undefined ? {} : { payload }),
    }),
  ended: (run) => gateway.deps.runs.watchUntilOver(run, AbortSignal.timeout(60_000)),
});
