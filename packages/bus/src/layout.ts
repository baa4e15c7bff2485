/** The layout that every NATS client gives a key-value bucket, so that `nats kv` shows ours too. */
export const bucketStream = (bucket: string): string => `KV_${bucket}`;
export const bucketSubject = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;

/** Subjects of the dead letters' stream: `dead_letters.<durable>`, behind the prefix. */
export const DEAD_LETTERS_SUBJECT = 'dead_letters';

/** What goes before every subject of ours: nothing, or the prefix and its dot. */
export const prefixWithDot = (prefix: string | undefined): string =>
  prefix === undefined || prefix === '' ? '' : `${prefix}.`;
