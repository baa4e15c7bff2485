import { afterEach } from 'vitest';
import { waysToSpeak } from '../../test/driver.ts';
import { describeExistingClients } from '../../test/existing-clients.ts';
import { testGateway } from '../../test/gateway.ts';
import { startNats, type Nats } from '../../test/nats.ts';

let nats: Nats | undefined;
afterEach(async () => {
  await nats?.stop();
});

// The same clients as in memory, over a real nats-server with the rights of each service.
describeExistingClients(async () => {
  nats = await startNats();
  const gateway = await testGateway({ connect: nats.connectAs });
  return { ...gateway, ...waysToSpeak(gateway) };
});
