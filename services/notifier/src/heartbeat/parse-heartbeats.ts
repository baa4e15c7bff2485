import { ConfigError } from '@holdfast/service-kit';

/** `<schedule>=https://…` entries, separated by whitespace or commas before an entry. */
export function parseHeartbeats(text: string | undefined): ReadonlyMap<string, string> {
  const entries = (text ?? '')
    .split(/\s+|,(?=[a-z0-9_-]+=)/)
    .filter((entry) => entry !== '')
    .map((entry) => /^([a-z0-9][a-z0-9_-]{0,62})=(https?:\/\/\S+)$/.exec(entry));
  if (entries.some((entry) => !entry))
    throw new ConfigError(['BACKUP_HEARTBEAT_URLS must be `<schedule>=https://…` entries.']);
  return new Map(entries.map((entry) => [entry?.[1] ?? '', entry?.[2] ?? '']));
}
