import { expect, test } from 'vitest';
import { busAccess, busUsers, eventFamilies } from './bus-access.ts';
import { eventTypes } from './events.ts';

const publishersOf = (type: string): readonly string[] =>
  busUsers.filter((user) => busAccess[user].publishes.some((each) => each === type));

test.each([
  ['restore.requested', ['api-gateway']],
  ['restore.cancel_requested', ['api-gateway']],
  ['restore.undo_requested', ['api-gateway']],
  ['backup.cancel_requested', ['api-gateway']],
  ['backup.delete_requested', ['api-gateway']],
  ['backup.requested', ['api-gateway', 'scheduler', 'validator', 'integrator']],
  ['retention.cleanup.requested', ['api-gateway']],
  ['audit.recorded', ['api-gateway']],
  ['validation.requested', ['api-gateway', 'validator']],
  ['backup.copy_requested', ['backup-worker']],
])('%s is published by %j alone', (type, users) => {
  expect(publishersOf(type)).toEqual(users);
});

test.each(eventTypes)('%s has a publisher and a family', (type) => {
  expect(publishersOf(type)).not.toEqual([]);
  expect(eventFamilies).toContain(type.split('.')[0]);
});

test.each(eventTypes.filter((type) => type.endsWith('requested')))('%s has somebody who does it', (type) => {
  const doers = busUsers.filter((user) => busAccess[user].consumes.includes(type));
  expect(doers).not.toEqual([]);
});

test('tokens are seen by nobody but the gateway', () => {
  const readers = busUsers.filter((user) =>
    [...busAccess[user].writes, ...busAccess[user].reads].includes('tokens'),
  );
  expect(readers).toEqual(['api-gateway']);
});
