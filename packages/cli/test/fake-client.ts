import type { Client } from '@holdfast/client';
import { runCli, type Connect } from '../src/run-cli.ts';
import type { Connection } from '../src/connection.ts';
import { fakeTerminal, type FakeOptions, type FakeTerminal } from './fake-terminal.ts';

/** A client with the given methods; any other one that is called fails the test. */
export function fakeClient(methods: Partial<Client>): Client {
  return new Proxy(methods, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (method !== undefined) return method;
      throw new Error(`${String(name)} was called`);
    },
  }) as Client; // the proxy stands in for the missing ones
}

export function connectTo(methods: Partial<Client>, kind: 'server' | 'local' = 'server'): Connect {
  const place = kind === 'server' ? 'http://127.0.0.1:8484' : 'file:///backups';
  const connection: Connection = { kind, client: fakeClient(methods), place, close: () => Promise.resolve() };
  return () => Promise.resolve(connection);
}

export type Called = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly terminal: FakeTerminal;
};

/** Runs one command line against fakes. Words are separated by spaces; `␣` stands for one within a word. */
export async function call(
  line: string,
  methods: Partial<Client> = {},
  { kind, ...options }: FakeOptions & { readonly kind?: 'server' | 'local' } = {},
): Promise<Called> {
  const terminal = fakeTerminal(options);
  const argv = line === '' ? [] : line.split(' ').map((word) => word.replaceAll('␣', ' '));
  const code = await runCli(argv, terminal, connectTo(methods, kind));
  return { code, out: terminal.out(), err: terminal.err(), terminal };
}
