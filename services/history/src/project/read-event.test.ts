import { expect, test } from 'vitest';
import { anEvent } from '../../test/story.ts';
import { readEvent } from './read-event.ts';

const asked = { type: 'full', trigger: 'manual', description: 'd', by: 'ann' } as const;
const event = anEvent('backup.requested', 1, 2, asked);

test('a known type, its data checked and completed', () => {
  expect(readEvent({ ...event, data: { description: 'd', later: 'ignored' } })).toEqual({
    known: {
      type: 'backup.requested',
      data: { type: 'full', trigger: 'manual', description: 'd', by: 'unknown' },
      envelope: { ...event, data: { description: 'd', later: 'ignored' } },
    },
  });
});

test.each([
  ['no envelope', undefined, { skip: 'invalid', type: '' }],
  [
    'a type of a later release',
    { ...event, type: 'backup.of_later' },
    { skip: 'unknown_type', type: 'backup.of_later' },
  ],
  ['a name that objects have anyway', { ...event, type: 'toString' }, { skip: 'unknown_type' }],
  [
    'a subject that is no run',
    { ...event, subject: 'app' },
    { skip: 'invalid', why: 'its subject is no run id' },
  ],
  [
    'data of another shape',
    { ...event, data: { type: 'half' } },
    { skip: 'invalid', why: expect.stringMatching(/^type: Invalid option/) },
  ],
  ['no data', { ...event, data: undefined }, { skip: 'invalid' }],
])('skipped: %s', (_name, envelope, expected) => {
  expect(readEvent(envelope)).toMatchObject(expected);
});

test('NUL, which PostgreSQL cannot hold, is replaced wherever it stands', () => {
  const read = readEvent({ ...event, data: { ...asked, description: 'a\0b' }, note: ['\0'] });
  expect(read).toMatchObject({
    known: {
      data: { description: 'a\uFFFDb' },
      envelope: { data: { description: 'a\uFFFDb' }, note: ['\uFFFD'] },
    },
  });
});
