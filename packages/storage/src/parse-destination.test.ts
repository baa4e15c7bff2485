import { expect, test } from 'vitest';
import { parseDestination } from './parse-destination.ts';

test.each([
  ['file:///var/backups', { kind: 'folder', dir: '/var/backups' }],
  ['file:///var/back%20ups', { kind: 'folder', dir: '/var/back ups' }],
  ['file://localhost/var/backups', { kind: 'folder', dir: '/var/backups' }],
  ['s3://backups', { kind: 'bucket', bucket: 'backups' }],
  ['s3://backups/', { kind: 'bucket', bucket: 'backups' }],
  ['s3://my.old_Bucket/a/b/', { kind: 'bucket', bucket: 'my.old_Bucket', prefix: 'a/b' }],
  ['s3://backups/with%20space', { kind: 'bucket', bucket: 'backups', prefix: 'with space' }],
  [
    's3://backups/app?region=eu-central-1',
    { kind: 'bucket', bucket: 'backups', prefix: 'app', region: 'eu-central-1' },
  ],
  [
    's3://backups?endpoint=https://minio.example:9000&path_style=false&storage_class=STANDARD_IA',
    {
      kind: 'bucket',
      bucket: 'backups',
      endpoint: 'https://minio.example:9000',
      pathStyle: false,
      storageClass: 'STANDARD_IA',
    },
  ],
  [
    's3://backups?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2F&path_style=true',
    { kind: 'bucket', bucket: 'backups', endpoint: 'http://127.0.0.1:9000', pathStyle: true },
  ],
])('%s', (url, expected) => {
  expect(parseDestination(url)).toEqual(expected);
  expect(parseDestination(new URL(url))).toEqual(expected);
});

test.each([
  ['', 'is no URL'],
  ['/var/backups', 'is no URL'],
  ['backups', 'is no URL'],
  ['file:relative', 'whole path'],
  ['file://server/share', 'whole path'],
  ['file:///var/backups?region=x', 'no parameters (region)'],
  ['file:///var/a%2Fb', 'cannot be that of a folder'],
  ['https://bucket.s3.amazonaws.com/a', 'begins with https:'],
  ['s3:///prefix', 'names no bucket'],
  ['s3://a', 'names no bucket'],
  ['s3://bu cket/a', 'is no URL'],
  ['s3://-bucket/a', 'names no bucket'],
  ['s3://bucket:9000/a', 'no port'],
  ['s3://bucket/a#b', 'part after #'],
  ['s3://bucket/%', 'a % that stands for nothing'],
  ['s3://bucket/a//b', 'an empty part'],
  ['s3://bucket/a/.hidden', 'begins with a dot'],
  ['s3://bucket/a%2F..%2Fb', 'begins with a dot'],
  ['s3://bucket?colour=red', 'unknown parameter colour'],
  ['s3://bucket?region=', 'region is empty'],
  ['s3://bucket?region=a&region=b', 'region twice'],
  ['s3://bucket?path_style=yes', 'neither true nor false'],
  ['s3://bucket?endpoint=minio:9000', 'endpoint is no server'],
  ['s3://bucket?endpoint=https://host/path', 'endpoint is no server'],
  ['s3://AKIAEXAMPLE:topsecret@bucket/a', 'has credentials in it'],
  ['s3://AKIAEXAMPLE@bucket/a', 'has credentials in it'],
  ['s3://bucket?endpoint=https://AKIAEXAMPLE:topsecret@host', 'endpoint has credentials in it'],
  ['s3://bucket?secret_access_key=topsecret', 'unknown parameter secret_access_key'],
])('%s is refused: %s', (url, reason) => {
  const refusal = (): unknown => parseDestination(url);
  expect(refusal).toThrow(expect.objectContaining({ name: 'StorageError', code: 'path_refused' }));
  expect(refusal).toThrow(reason);
  expect(refusal).not.toThrow(/topsecret|AKIAEXAMPLE/);
});
