import { busAccess, DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { permissionsOf } from './permissions-of.ts';
import { sharedServerConfig } from './shared-server-config.ts';

const names = { eventsStream: EVENTS_STREAM, deadLettersStream: DEAD_LETTERS_STREAM };
const history = { publicKey: 'UHISTORY', permissions: permissionsOf('history', busAccess, names) };
const common = { storeDir: '/data', port: 4222, monitorPort: 8222, users: [history] };

/** What it says, but the name: one `key: JSON` after the other. */
const read = (text: string): unknown => {
  const [first, ...lines] = text.trimEnd().split(/\n(?=\w)/);
  expect(first).toBe('server_name: $NATS_SERVER_NAME');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), JSON.parse(line.slice(line.indexOf(':') + 1))]),
  );
};

test('one server alone: users by their keys, and no route to anybody', () => {
  const config = read(sharedServerConfig(common));
  expect(config).toMatchObject({
    host: '0.0.0.0',
    port: 4222,
    jetstream: { store_dir: '/data' },
    authorization: { users: [{ nkey: 'UHISTORY', permissions: history.permissions }] },
  });
  expect(config).not.toHaveProperty('cluster');
});

test('a cluster: the same text for every node, and a secret between them', () => {
  const cluster = {
    name: 'holdfast',
    port: 6222,
    nodes: ['nats-1', 'nats-2', 'nats-3'],
    user: 'route',
    password: 'secret',
  };
  expect(read(sharedServerConfig({ ...common, cluster }))).toMatchObject({
    cluster: {
      pool_size: -1,
      name: 'holdfast',
      authorization: { user: 'route', password: 'secret' },
      routes: [
        'nats-route://route:secret@nats-1:6222',
        'nats-route://route:secret@nats-2:6222',
        'nats-route://route:secret@nats-3:6222',
      ],
    },
  });
});
