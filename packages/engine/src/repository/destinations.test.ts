import { expect, test } from 'vitest';
import { destinationsOf } from './destinations.ts';

const idsOf = (BACKUP_DESTINATIONS: string): readonly string[] =>
  destinationsOf({ BACKUP_DIR: 'backups', BACKUP_DESTINATIONS }).map(({ id }) => id);

test('a place is called by its name, or by one made from where it is', () => {
  expect(idsOf('file:///var/backups, offsite=s3://copies')).toEqual(['file-79b31e', 'offsite']);
  expect(idsOf('s3://My.Bucket/a s3://My.Bucket/b')).toEqual(['s3-my-bucket-1165f1', 's3-my-bucket-5d2ed5']);
});

test('the id stays when only the way to the place changes, and tells servers apart', () => {
  const [first] = idsOf('s3://bucket/p');
  expect(idsOf('s3://bucket/p?region=eu-central-1&path_style=true')).toEqual([first]);
  expect(idsOf('s3://bucket/p?endpoint=https://minio:9000')).not.toEqual([first]);
});

test.each([
  ['the same place twice', 'file:///a file:///a', 'invalid_request'],
  ['a name twice', 'x=file:///a x=file:///b', 'invalid_request'],
  ['what is no URL', 'file:///a backups', 'path_refused'],
  ['credentials', 'file:///a s3://key:secret@bucket', 'path_refused'],
])('%s is refused at the start', (_name, destinations, code) => {
  expect(() => idsOf(destinations)).toThrow(expect.objectContaining({ code }));
});
