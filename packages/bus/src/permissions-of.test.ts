import { busAccess, busUsers, serviceNames, type BusAccess } from '@holdfast/contracts';
import { describe, expect, test } from 'vitest';
import { permissionsOf } from './permissions-of.ts';

const names = { eventsStream: 'EV', deadLettersStream: 'DL' };
const of = (user: string) => permissionsOf(user, busAccess, names);

/** As NATS matches: `*` is one token, `>` the rest; the subject may be a pattern itself, taken by its letters. */
function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  return (
    wanted.every((token, index) =>
      token === '>'
        ? given.length > index
        : given[index] !== undefined && (token === '*' || token === given[index]),
    ) &&
    (wanted.at(-1) === '>' || wanted.length === given.length)
  );
}
const mayPublish = (user: string, subject: string): boolean => {
  const { allow, deny = [] } = of(user).publish;
  return allow.some((each) => matches(each, subject)) && !deny.some((each) => matches(each, subject));
};

test('a small declaration, whole', () => {
  const remover: BusAccess = {
    publishes: ['backup.deleted', 'backup.delete_failed'],
    consumes: ['backup.delete_requested'],
    writes: ['runs', 'leases', 'presence'],
    reads: [],
    sends: [],
    hears: [],
    streams: [],
  };
  const access = { ...busAccess, retention: remover };
  expect(permissionsOf('retention', access, { ...names, prefix: 'shared' })).toEqual({
    publish: {
      allow: [
        'shared.backup.deleted.*',
        'shared.backup.delete_failed.*',
        '$JS.API.CONSUMER.INFO.EV.retention_backup_delete_requested',
        '$JS.API.CONSUMER.CREATE.EV.retention_backup_delete_requested.shared.backup.delete_requested.>',
        '$JS.API.CONSUMER.MSG.NEXT.EV.retention_backup_delete_requested',
        '$JS.ACK.EV.retention_backup_delete_requested.>',
        '$JS.ACK.*.*.EV.retention_backup_delete_requested.>',
        'shared.dead_letters.retention_backup_delete_requested',
        '$KV.runs.>',
        '$KV.leases.>',
        '$KV.presence.>',
        ...['runs', 'leases', 'presence'].flatMap((bucket) => [
          `$JS.API.STREAM.INFO.KV_${bucket}`,
          `$JS.API.STREAM.MSG.GET.KV_${bucket}`,
          `$JS.API.CONSUMER.CREATE.KV_${bucket}.*.$KV.${bucket}.>`,
          `$JS.API.CONSUMER.MSG.NEXT.KV_${bucket}.*`,
        ]),
      ],
    },
    subscribe: { allow: ['_INBOX.retention.>'] },
  });
});

test('the provisioner makes and changes streams, and removes none', () => {
  expect(of('provisioner').publish.allow).toEqual([
    '$JS.API.STREAM.INFO.EV',
    '$JS.API.CONSUMER.CREATE.EV.*',
    '$JS.API.CONSUMER.MSG.NEXT.EV.*',
    '$JS.API.STREAM.INFO.DL',
    '$JS.API.CONSUMER.CREATE.DL.*',
    '$JS.API.CONSUMER.MSG.NEXT.DL.*',
    '$JS.API.STREAM.INFO.*',
    '$JS.API.STREAM.CREATE.*',
    '$JS.API.STREAM.UPDATE.*',
  ]);
});

test('who answers a control request may speak to the inbox of who asks, and nobody else may', () => {
  const mayAnswer = busUsers.filter((user) => mayPublish(user, '_INBOX.api-gateway.x'));
  expect(mayAnswer).toEqual(['retention', 'notifier', 'history']);
});

test('everybody hears its own inbox alone', () => {
  for (const user of busUsers) {
    expect(of(user).subscribe.allow.filter((each) => each.startsWith('_INBOX'))).toEqual([
      `_INBOX.${user}.>`,
    ]);
  }
});

test('who is not declared may do nothing', () => {
  expect(of('stranger')).toEqual({ publish: { allow: [] }, subscribe: { allow: [] } });
});

describe.each([...serviceNames, 'integrator'])('%s', (user) => {
  test.each([
    '$JS.API.STREAM.CREATE.EV',
    '$JS.API.STREAM.UPDATE.EV',
    '$JS.API.STREAM.DELETE.EV',
    '$JS.API.STREAM.PURGE.EV',
    '$JS.API.STREAM.PURGE.KV_runs',
    '$JS.API.STREAM.MSG.DELETE.EV',
    '$JS.API.CONSUMER.DELETE.EV.backup-worker_backup_requested',
    '$JS.API.ACCOUNT.PURGE.x',
  ])('may not %s', (subject) => {
    expect(mayPublish(user, subject)).toBe(false);
  });

  test("may not take, change or acknowledge another's work", () => {
    const others = busUsers.filter((other) => other !== user);
    for (const other of others) {
      const { consumes } = busAccess[other];
      const durables =
        consumes === 'everything' ? [other] : consumes.map((type) => `${other}_${type.replaceAll('.', '_')}`);
      for (const durable of durables) {
        const allowed = [
          `$JS.API.CONSUMER.MSG.NEXT.EV.${durable}`,
          `$JS.API.CONSUMER.CREATE.EV.${durable}`,
          `$JS.API.CONSUMER.CREATE.EV.${durable}.backup.>`,
          `$JS.ACK.EV.${durable}.1.1.1.1.0`,
          `dead_letters.${durable}`,
        ].filter((subject) => mayPublish(user, subject));
        expect(allowed).toEqual([]);
      }
    }
  });
});

test('the gateway gives a dead letter to its handler alone', () => {
  expect(mayPublish('api-gateway', 'backup.completed.app.retry.validator_backup_completed')).toBe(true);
  expect(mayPublish('api-gateway', 'backup.completed.app')).toBe(false);
  expect(mayPublish('api-gateway', 'health.service.lost._.retry.notifier')).toBe(true);
  expect(mayPublish('api-gateway', 'backup.completed.app.retry.scheduler')).toBe(false);
  expect(mayPublish('api-gateway', '$JS.API.STREAM.MSG.DELETE.DL')).toBe(true);
  expect(mayPublish('api-gateway', '$JS.API.STREAM.MSG.DELETE.EV')).toBe(false);
  expect(mayPublish('validator', 'backup.completed.app.retry.validator_backup_completed')).toBe(false);
});
