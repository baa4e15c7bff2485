import { usageError } from '../cli-error.ts';

/** A duration flag in milliseconds; undefined stays so. Loads contracts, so it is called from actions alone. */
export async function durationOf(flag: string, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import('@holdfast/contracts');
  const ms = parseDuration(text);
  if (ms !== undefined) return Math.round(ms);
  throw usageError(`${flag} "${text}" is no duration.`, 'write it as 90s, 12h, 720h or 30d');
}

/** As durationOf, for flags that must be given and longer than nothing. */
export async function ageOf(flag: string, text: string): Promise<number> {
  const ms = await durationOf(flag, text);
  if (ms !== undefined && ms > 0) return ms;
  throw usageError(`${flag} must be longer than nothing.`, 'write it as 720h or 30d');
}
