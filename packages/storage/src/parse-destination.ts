import { fileURLToPath } from 'node:url';
import { safeSegments } from './safe-key.ts';
import { StorageError } from './storage-error.ts';

/** A place for backups, as its URL names it. */
export type Destination =
  | { readonly kind: 'folder'; readonly dir: string }
  | {
      readonly kind: 'bucket';
      readonly bucket: string;
      readonly prefix?: string;
      readonly region?: string;
      readonly endpoint?: string;
      readonly pathStyle?: boolean;
      readonly storageClass?: string;
    };

const EXAMPLES = 'file:///var/backups or s3://bucket/prefix?region=eu-central-1';
/** Also what servers that are not AWS allow, and AWS once did. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;

/**
 * Reads `file:///path` or `s3://bucket/prefix?region=&endpoint=&path_style=&storage_class=`. Throws path_refused; the
 * sentence never repeats a part of the URL that could be a secret.
 */
export function parseDestination(destination: URL | string): Destination {
  const url = typeof destination === 'string' ? parsed(destination) : destination;
  if (url.username !== '' || url.password !== '')
    throw refused(
      'it has credentials in it, which would end up in logs and lists of processes; take them out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile',
    );
  if (url.hash !== '') throw refused('it has a part after #; write # as %23');
  if (url.protocol === 'file:') return folder(url, String(destination));
  if (url.protocol === 's3:') return bucket(url);
  throw refused(`it begins with ${url.protocol}, not file: or s3:; use ${EXAMPLES}`);
}

function folder(url: URL, text: string): Destination {
  if (!/^file:\/\/(localhost)?\//i.test(text))
    throw refused('a folder needs its whole path; write it as file:///var/backups');
  if (url.search !== '') throw refused(`a folder has no parameters (${names(url)}); write ? as %3F`);
  try {
    return { kind: 'folder', dir: fileURLToPath(url) };
  } catch (error) {
    throw refused('its path cannot be that of a folder; write it as file:///var/backups', error);
  }
}

function bucket(url: URL): Destination {
  const name = url.hostname;
  if (!BUCKET.test(name))
    throw refused(
      `it names no bucket that can be: 3 to 63 letters, digits, dots, hyphens; write it as s3://bucket/prefix`,
    );
  if (url.port !== '') throw refused('a bucket has no port; name the server as endpoint=https://host:port');
  const prefix = prefixOf(url);
  const taken = parametersOf(url);
  return {
    kind: 'bucket',
    bucket: name,
    ...(prefix !== '' && { prefix }),
    ...(taken.region !== undefined && { region: taken.region }),
    ...(taken.endpoint !== undefined && { endpoint: endpointOf(taken.endpoint) }),
    ...(taken.path_style !== undefined && { pathStyle: switchOf('path_style', taken.path_style) }),
    ...(taken.storage_class !== undefined && { storageClass: taken.storage_class }),
  };
}

function prefixOf(url: URL): string {
  let prefix: string;
  try {
    prefix = decodeURIComponent(url.pathname).replace(/^\//, '').replace(/\/$/, '');
  } catch (error) {
    throw refused('its path has a % that stands for nothing; write % as %25', error);
  }
  if (prefix !== '') safeSegments(prefix);
  return prefix;
}

const PARAMETERS = ['region', 'endpoint', 'path_style', 'storage_class'] as const;
type Parameter = (typeof PARAMETERS)[number];
const isParameter = (name: string): name is Parameter => PARAMETERS.some((known) => known === name);

function parametersOf(url: URL): Readonly<Partial<Record<Parameter, string>>> {
  const taken: Partial<Record<Parameter, string>> = {};
  for (const [name, value] of url.searchParams) {
    if (!isParameter(name))
      throw refused(`it has the unknown parameter ${shown(name)}; known are ${PARAMETERS.join(', ')}`);
    if (value === '') throw refused(`its ${name} is empty; give it a value or leave it out`);
    if (taken[name] !== undefined) throw refused(`it has ${name} twice; leave one out`);
    taken[name] = value;
  }
  return taken;
}

function endpointOf(text: string): string {
  const url = URL.parse(text);
  if (url?.username || url?.password)
    throw refused(
      'its endpoint has credentials in it; take them out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile',
    );
  const isPlain =
    url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && !url.search && !url.hash;
  if (!isPlain) throw refused('its endpoint is no server; write it as endpoint=https://host:port');
  return url.origin;
}

function switchOf(name: Parameter, value: string): boolean {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw refused(`its ${name} is neither true nor false`);
}

function parsed(text: string): URL {
  const url = URL.parse(text);
  if (url) return url;
  throw refused(`it is no URL; use ${EXAMPLES}`);
}

const names = (url: URL): string => [...new Set(url.searchParams.keys())].map(shown).join(', ');
const shown = (name: string): string => name.slice(0, 40).replace(/[^ -~]/g, '?');

const refused = (reason: string, cause?: unknown): StorageError =>
  new StorageError(
    'path_refused',
    `The destination is refused: ${reason}.`,
    cause === undefined ? {} : { cause },
  );
