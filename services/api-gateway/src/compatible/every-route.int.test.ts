import { afterAll } from 'vitest';
import { waysToSpeak } from '../../test/driver.ts';
import { describeEveryRoute } from '../../test/every-route.ts';
import { testGateway } from '../../test/gateway.ts';
import { startNats, type Nats } from '../../test/nats.ts';

let nats: Nats | undefined;
afterAll(async () => {
  await nats?.stop();
});

describeEveryRoute(async () => {
  nats = await startNats();
  const gateway = await testGateway({ connect: nats.connectAs });
  return { ...gateway, ...waysToSpeak(gateway) };
});
