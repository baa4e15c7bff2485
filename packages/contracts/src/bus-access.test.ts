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
  ['backup.requested', ['api-gateway', 'integrator']],
  ['validation.requested', ['api-gateway', 'validator']],
])('%s is published by %j alone', (type, users) => {
  expect(publishersOf(type)).toEqual(users);
});

test('every event type has a publisher and a family', () => {
  for (const type of eventTypes) {
    expect(publishersOf(type), type).not.toEqual([]);
    expect(eventFamilies, type).toContain(type.split('.')[0]);
  }
});

test('everything that is asked for has somebody who does it', () => {
  for (const type of eventTypes.filter((each) => each.endsWith('requested'))) {
    const doers = busUsers.filter((user) => busAccess[user].consumes.includes(type));
    expect(doers, type).not.toEqual([]);
  }
});

test('tokens are seen by nobody but the gateway', () => {
  const readers = busUsers.filter((user) =>
    [...busAccess[user].writes, ...busAccess[user].reads].includes('tokens'),
  );
  expect(readers).toEqual(['api-gateway']);
});
