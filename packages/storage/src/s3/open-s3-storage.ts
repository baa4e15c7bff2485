import type { Storage } from '../storage.ts';
import type { S3Options } from './s3-options.ts';

/**
 * A bucket of S3, or of a server that speaks its protocol, as storage. Loads the AWS SDK, which costs 0.1 s and some 30 MB:
 * what never opens a bucket does not pay for it. Finds out whether the server keeps `If-None-Match` by a probe of three
 * requests, unless `conditionalCreate` says so. Throws StorageError: storage_missing, storage_failed, path_refused.
 */
export async function openS3Storage(options: S3Options): Promise<Storage> {
  const [{ s3Place }, { honoursConditions }, { s3Storage }] = await Promise.all([
    import('./s3-place.ts'),
    import('./probe.ts'),
    import('./s3-storage.ts'),
  ]);
  const place = s3Place(options, options.conditionalCreate ?? false);
  if (options.conditionalCreate !== undefined) return s3Storage(place);
  return s3Storage({ ...place, conditionalCreate: await honoursConditions(place) });
}
