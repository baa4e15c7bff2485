import { createClient, type Client } from '@holdfast/client';
import { docker, type Stack } from './docker.ts';
import { eventually } from './eventually.ts';

/** A client of a gateway that runs now, as the first admin. */
export async function gatewayOf(stack: Stack): Promise<Client> {
  const [container = ''] = await stack.containersOf('api-gateway');
  const [address = ''] = (await docker('port', container, '8484/tcp')).split('\n');
  const token = await docker('exec', container, 'cat', '/var/lib/holdfast/admin/token');
  return createClient({ url: `http://${address}`, token });
}

/** Asks until there is an answer: a gateway may go, and come back on another port; a bus may look for its leader. */
export function asker(stack: Stack) {
  let gateway: Client | undefined;
  return <T>(ask: (client: Client) => Promise<T | undefined>, what: string): Promise<T> =>
    eventually(async () => {
      try {
        gateway ??= await gatewayOf(stack);
        return await ask(gateway);
      } catch {
        gateway = undefined;
        return undefined;
      }
    }, what);
}
