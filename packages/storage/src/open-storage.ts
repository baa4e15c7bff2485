import { localStorage } from './local/local-storage.ts';
import { parseDestination } from './parse-destination.ts';
import { openS3Storage } from './s3/open-s3-storage.ts';
import type { S3Options } from './s3/s3-options.ts';
import type { Storage } from './storage.ts';

/** What no URL should carry, or need not. For buckets alone. */
export type DestinationSettings = Pick<
  S3Options,
  'credentials' | 'partBytes' | 'requestTimeoutMs' | 'maxTries' | 'checksums' | 'conditionalCreate'
>;

/**
 * The storage that a destination names: `file:///path` or
 * `s3://bucket/prefix?region=…&endpoint=https://…&path_style=true&storage_class=…`. Throws StorageError: path_refused for a
 * URL that is none of these, and what opening a bucket throws.
 */
export async function openStorage(
  destination: URL | string,
  settings: DestinationSettings = {},
): Promise<Storage> {
  const parsed = parseDestination(destination);
  if (parsed.kind === 'folder') return localStorage({ dir: parsed.dir });
  const { kind: _kind, ...place } = parsed;
  return openS3Storage({ ...settings, ...place });
}
