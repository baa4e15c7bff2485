/** Every name this package uses on the bus, so that code and permissions cannot differ. Pure. */

export const withPrefix = (prefix: string, subject: string): string =>
  prefix === '' ? subject : `${prefix}.${subject}`;

/** Undefined: the subject does not begin with our prefix. */
export function withoutPrefix(prefix: string, subject: string): string | undefined {
  if (prefix === '') return subject;
  return subject.startsWith(`${prefix}.`) ? subject.slice(prefix.length + 1) : undefined;
}

export const inboxPrefixOf = (user: string): string => `_INBOX.${user}`;

export const deadLetterSubject = (prefix: string, durable: string): string =>
  withPrefix(prefix, `dead_letters.${durable}`);

/**
 * Where a stream tells that it has stored a message of `subject` (the stream's own republish, headers only). It rings
 * after the message is stored, which a plain subscription to `subject` does not, and needs no consumer at the broker.
 */
export const storedSubject = (subject: string): string => `holdfast.stored.${subject}`;

/** The layout of NATS' own key-value stores, so that `nats kv` can look into our buckets. */
export const bucketStream = (bucket: string): string => `KV_${bucket}`;
export const bucketSubject = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;

export const api = {
  streamInfo: (stream: string) => `$JS.API.STREAM.INFO.${stream}`,
  streamCreate: (stream: string) => `$JS.API.STREAM.CREATE.${stream}`,
  streamUpdate: (stream: string) => `$JS.API.STREAM.UPDATE.${stream}`,
  messageGet: (stream: string) => `$JS.API.STREAM.MSG.GET.${stream}`,
  consumerInfo: (stream: string, durable: string) => `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
  /** The filter is part of the subject, so a permission holds a durable to what it may see. */
  consumerCreate: (stream: string, durable: string, filterSubject: string | undefined) =>
    `$JS.API.CONSUMER.CREATE.${stream}.${durable}${filterSubject === undefined ? '' : `.${filterSubject}`}`,
  next: (stream: string, durable: string) => `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
} as const;

/** A filter for everything is left out: then the broker compares no subjects at all. */
export const filterOf = (prefix: string, filterSubject: string): string | undefined =>
  filterSubject === '>' ? undefined : withPrefix(prefix, filterSubject);

/** The durable of a user for one event type, or for everything. */
export const durableOf = (user: string, type?: string): string =>
  type === undefined ? user : `${user}_${type.replaceAll('.', '_')}`;
