import { usageError } from '../cli-error.ts';

/** A moment flag as a timestamp: a duration means so long ago. Loads contracts, so it is called from actions alone. */
export async function momentOf(
  flag: string,
  text: string | undefined,
  nowMs: number,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import('@holdfast/contracts');
  const agoMs = parseDuration(text);
  const atMs = agoMs === undefined ? Date.parse(text) : nowMs - agoMs;
  // Date.parse takes a bare number for a year.
  if (Number.isFinite(atMs) && (agoMs !== undefined || /^\d{4}-\d{2}-\d{2}/.test(text)))
    return new Date(atMs).toISOString();
  throw usageError(
    `${flag} "${text}" is neither a time nor a duration.`,
    'write it as 2026-11-24T16:00:00Z, 2026-11-24, 24h or 7d',
  );
}
