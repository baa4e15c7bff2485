import { expect, test } from 'vitest';
import { planDestinations, type DestinationSettings } from './plan-destinations.ts';

const S3 = { BACKUP_STORAGE_TYPE: 's3', BACKUP_S3_BUCKET: 'b' } as const;

test.each([
  ['a folder', {}, [{ dir: 'backups' }]],
  ['local is a folder', { BACKUP_STORAGE_TYPE: 'local' }, [{ dir: 'backups' }]],
  ['a bucket', S3, [{ url: 's3://b/' }]],
  [
    'a bucket with everything',
    {
      ...S3,
      BACKUP_S3_PREFIX: '/toeic/ä b/',
      BACKUP_S3_REGION: 'eu-west-1',
      BACKUP_S3_ENDPOINT: 'https://minio:9000',
      BACKUP_S3_PATH_STYLE: true,
      BACKUP_S3_STORAGE_CLASS: 'STANDARD_IA',
    },
    [
      {
        url: 's3://b/toeic/%C3%A4%20b?region=eu-west-1&endpoint=https%3A%2F%2Fminio%3A9000&path_style=true&storage_class=STANDARD_IA',
      },
    ],
  ],
  [
    'destinations win, the first is primary',
    { ...S3, BACKUP_DESTINATIONS: 'file:///a, s3://b/p\n file:///c' },
    [{ url: 'file:///a' }, { url: 's3://b/p' }, { url: 'file:///c' }],
  ],
  [
    'destinations with names of ours',
    { BACKUP_DESTINATIONS: 'file:///a, offsite=s3://b/p?endpoint=https://x' },
    [{ url: 'file:///a' }, { name: 'offsite', url: 's3://b/p?endpoint=https://x' }],
  ],
  ['empty destinations are none', { BACKUP_DESTINATIONS: ' ' }, [{ dir: 'backups' }]],
] satisfies readonly (readonly [string, Partial<DestinationSettings>, unknown])[])(
  '%s',
  (_name, settings, expected) => {
    expect(planDestinations({ BACKUP_DIR: 'backups', ...settings })).toEqual(expected);
  },
);

test.each([
  ['azure', { BACKUP_STORAGE_TYPE: 'azure' }],
  ['a bucket without a name', { BACKUP_STORAGE_TYPE: 's3' }],
] as const)('%s is refused with what to do', (_name, settings) => {
  expect(() => planDestinations({ BACKUP_DIR: 'backups', ...settings })).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  );
});
