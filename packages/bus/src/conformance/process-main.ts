import { connectBus } from '../index.ts';
import { DEAD_LETTERS, EVENTS } from './private-server.ts';

// Run by other-process.ts. It tells its parent how far it came, and never ends by itself.
const [role = '', url = ''] = process.argv.slice(2);
const tell = (message: unknown): void => void process.send?.(message);
const bus = await connectBus({
  servers: url,
  name: role,
  eventsStream: EVENTS,
  deadLettersStream: DEAD_LETTERS,
});

if (role === 'consumer') {
  await bus.consume({
    durable: 'taken_over',
    filterSubject: 'backup.requested.>',
    ackWaitMs: 1_000,
    workingEveryMs: 300,
    handle: ({ event, deliveryCount }) => {
      tell({ id: event.id, deliveryCount });
      return new Promise(() => undefined);
    },
  });
  tell('ready');
} else {
  const leases = await bus.leases('leases');
  const lease = await leases.acquire('job', 'zombie');
  lease?.lost.addEventListener('abort', () => tell('lost'));
  tell(lease ? { token: lease.token } : 'refused');
}
