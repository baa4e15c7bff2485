import { roles } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { outcomeOf } from '../../test/builders.ts';
import type { Caller } from '../auth/caller.ts';
import { eventItem, type FeedItem } from './event-feed.ts';
import { isFor, type Wanted } from './judge-item.ts';

const admin: Caller = { name: 'a', permissions: roles.admin };
const viewer: Caller = { name: 'v', permissions: roles.viewer };
const ofApp: Caller = { ...viewer, scopes: [{ permissions: roles.viewer, databases: ['app*'] }] };

const about = (database: string | undefined, type = 'backup.cancelled'): FeedItem =>
  eventItem(1, {
    ...outcomeOf('backup.cancelled', { by: 'x' }),
    type,
    ...(database === undefined ? {} : { database }),
  });
const progress = (database: string | undefined): FeedItem => ({
  kind: 'progress',
  progress: {
    run: 'r',
    phase: 'dumping',
    rawBytes: 1,
    storedBytes: 1,
    bytesPerSecond: 1,
    at: '2026-01-01T00:00:00Z',
  },
  database,
  text: '',
});
const all: Wanted = { progress: true };

test.each<[string, FeedItem, Wanted, Caller, boolean]>([
  ['everything', about('app'), all, viewer, true],
  ['another database', about('shop'), { ...all, database: 'app' }, viewer, false],
  ['of no database, where one is wanted', about(undefined), { ...all, database: 'app' }, viewer, false],
  ['the type', about('app'), { ...all, type: 'backup.cancelled' }, viewer, true],
  ['another type', about('app'), { ...all, type: 'backup.cancel' }, viewer, false],
  ['a family', about('app'), { ...all, type: 'backup.*' }, viewer, true],
  ['another family', about('app'), { ...all, type: 'restore.*' }, viewer, false],
  ['a database that is not his', about('shop'), all, ofApp, false],
  ['one that is his', about('app-2'), all, ofApp, true],
  ['of the system, to one who may see some', about(undefined), all, ofApp, false],
  ['audit to a viewer', about(undefined, 'audit.recorded'), all, viewer, false],
  ['audit to an admin', about(undefined, 'audit.recorded'), all, admin, true],
  ['progress', progress('app'), all, ofApp, true],
  ['progress of another', progress('shop'), all, ofApp, false],
  ['progress of nobody knows what', progress(undefined), all, ofApp, false],
  ['progress that is not wanted', progress('app'), { progress: false }, viewer, false],
])('%s', (_name, item, wanted, caller, expected) => {
  expect(isFor(item, wanted, caller)).toBe(expected);
});

test('a type cannot break out of its line', () => {
  const item = eventItem(7, { ...outcomeOf('backup.cancelled', { by: 'x' }), type: 'a\nid: 9\r' });
  expect(item.text.split('\n').filter((line) => line.startsWith('id:'))).toEqual(['id: 7']);
});
