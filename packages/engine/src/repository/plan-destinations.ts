import { HoldfastError } from '@holdfast/contracts';

export type DestinationSettings = {
  readonly BACKUP_DIR: string;
  /** URLs or `name=url`, separated by whitespace or commas; the first is the primary one. */
  readonly BACKUP_DESTINATIONS?: string | undefined;
  readonly BACKUP_STORAGE_TYPE?: 'local' | 's3' | 'azure' | undefined;
  readonly BACKUP_S3_BUCKET?: string | undefined;
  readonly BACKUP_S3_PREFIX?: string | undefined;
  readonly BACKUP_S3_REGION?: string | undefined;
  readonly BACKUP_S3_ENDPOINT?: string | undefined;
  readonly BACKUP_S3_PATH_STYLE?: boolean | undefined;
  readonly BACKUP_S3_STORAGE_CLASS?: string | undefined;
};

/** A folder by its path, as BACKUP_DIR may be relative; anything else by its URL. */
export type PlannedDestination = { readonly name?: string } & (
  { readonly dir: string } | { readonly url: string }
);

const NAMED = /^(?<name>[a-z0-9][a-z0-9_-]{0,62})=(?<url>.*)$/;

/**
 * Where backups go, the primary place first: BACKUP_DESTINATIONS wins over BACKUP_STORAGE_TYPE, which wins over BACKUP_DIR.
 * Throws invalid_request.
 */
export function planDestinations(
  settings: DestinationSettings,
): readonly [PlannedDestination, ...PlannedDestination[]] {
  const [first, ...others] = (settings.BACKUP_DESTINATIONS ?? '')
    .split(/[\s,]+/)
    .filter((each) => each !== '');
  if (first !== undefined) return [entry(first), ...others.map(entry)];
  switch (settings.BACKUP_STORAGE_TYPE) {
    case 's3':
      return [{ url: bucketUrl(settings) }];
    case 'azure':
      throw new HoldfastError(
        'invalid_request',
        'BACKUP_STORAGE_TYPE=azure is not built yet; use local or s3, or BACKUP_DESTINATIONS.',
      );
    case 'local':
    case undefined:
      return [{ dir: settings.BACKUP_DIR }];
    default:
      return settings.BACKUP_STORAGE_TYPE satisfies never;
  }
}

function entry(text: string): PlannedDestination {
  const { name, url = text } = NAMED.exec(text)?.groups ?? {};
  return name === undefined ? { url } : { name, url };
}

function bucketUrl(settings: DestinationSettings): string {
  const { BACKUP_S3_BUCKET: bucket, BACKUP_S3_PREFIX: prefix = '' } = settings;
  if (bucket === undefined)
    throw new HoldfastError('invalid_request', 'BACKUP_STORAGE_TYPE=s3 needs BACKUP_S3_BUCKET; set it.');
  const parameters = new URLSearchParams();
  const add = (name: string, value: string | boolean | undefined): void => {
    if (value !== undefined) parameters.set(name, String(value));
  };
  add('region', settings.BACKUP_S3_REGION);
  add('endpoint', settings.BACKUP_S3_ENDPOINT);
  add('path_style', settings.BACKUP_S3_PATH_STYLE);
  add('storage_class', settings.BACKUP_S3_STORAGE_CLASS);
  const path = prefix
    .replace(/^\/+|\/+$/g, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return `s3://${bucket}/${path}${query}`;
}
