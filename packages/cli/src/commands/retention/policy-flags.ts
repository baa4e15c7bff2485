import { InvalidArgumentError, type Command } from 'commander';
import type { RetentionPolicy } from '@holdfast/contracts';

/** The words of BACKUP_RETENTION_FILE, as flags. */
export type PolicyFlags = {
  readonly maxAge?: string;
  readonly maxCount?: number;
  readonly maxTotalSize?: string;
  readonly keepLast?: number;
  readonly keepWithin?: string;
  readonly keepHourly?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
  readonly timezone?: string;
  readonly minimumRedundancy?: number;
  readonly policy?: string;
};

const count = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
};

export const addPolicyFlags = (command: Command): Command =>
  command
    .option('--policy <words>', 'all in one: "keep-daily=7, keep-weekly=4"')
    .option('--keep-last <n>', 'the newest n', count)
    .option('--keep-within <duration>', 'everything that is younger')
    .option('--keep-hourly <n>', 'one of each of the last n hours', count)
    .option('--keep-daily <n>', 'of each of the last n days', count)
    .option('--keep-weekly <n>', 'of each of the last n weeks', count)
    .option('--keep-monthly <n>', 'of each of the last n months', count)
    .option('--keep-yearly <n>', 'of each of the last n years', count)
    .option('--max-age <duration>', 'what is older goes')
    .option('--max-count <n>', 'so many stay', count)
    .option('--max-total-size <size>', 'so much they may take: 50GB')
    .option('--minimum-redundancy <n>', 'so many good ones stay in any case [1]', count)
    .option('--timezone <zone>', 'in which days, weeks and months begin [UTC]');

const WORDS = [
  'max-age',
  'max-count',
  'max-total-size',
  'keep-last',
  'keep-within',
  'keep-hourly',
  'keep-daily',
  'keep-weekly',
  'keep-monthly',
  'keep-yearly',
  'timezone',
  'minimum-redundancy',
] as const;

/** The policy that the flags describe; undefined where they say nothing. Throws policy_invalid. */
export async function policyOf(flags: PolicyFlags): Promise<RetentionPolicy | undefined> {
  const words = wordsOf(flags);
  if (Object.keys(words).length === 0) return undefined;
  const { parsePolicy } = await import('@holdfast/retention-policy');
  return parsePolicy(words);
}

export function wordsOf(flags: PolicyFlags): Readonly<Record<string, unknown>> {
  const words: Record<string, unknown> = {};
  for (const part of (flags.policy ?? '').split(/[,\s]+(?=[a-z-]+=)|,\s*$/).filter((each) => each !== '')) {
    const [word = '', ...value] = part.split('=');
    const text = value.join('=').trim();
    words[word.trim()] = /^\d+$/.test(text) ? Number(text) : text;
  }
  for (const word of WORDS) {
    const flag = word.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof PolicyFlags; // as commander names it
    if (flags[flag] !== undefined) words[word] = flags[flag];
  }
  return words;
}
