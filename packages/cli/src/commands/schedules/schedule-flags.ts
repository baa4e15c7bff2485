import { Option, type Command } from 'commander';
import type { ScheduleFields } from '@holdfast/contracts';
import { usageError } from '../../cli-error.ts';
import { durationOf } from '../durations.ts';
import { levels } from '../parse-flags.ts';

/** What `add` and `edit` can say of a schedule. */
export type ScheduleFlags = {
  readonly rule?: string;
  readonly timezone?: string;
  readonly database?: string;
  readonly type?: ScheduleFields['type'];
  readonly action?: ScheduleFields['action'];
  readonly description?: string;
  readonly jitter?: string;
  readonly tolerance?: string;
  readonly blackout?: readonly string[];
  readonly catchUp?: ScheduleFields['catchUp'];
  readonly overlap?: ScheduleFields['overlap'];
  readonly compress?: boolean;
  readonly encrypt?: boolean;
  readonly validate?: NonNullable<ScheduleFields['options']['validate']>;
  readonly destination?: readonly string[];
};

export const addScheduleFlags = (command: Command): Command =>
  command
    .option('--rule <rule>', 'cron, "daily at 03:00", "monthly on 31 at 04:00", 24h, @hourly')
    .option('--timezone <zone>', 'IANA zone of the rule [UTC]')
    .option('--database <id>', 'a database, or a pattern with * and ? [*]')
    .addOption(
      new Option('--type <type>', 'kind of backup [full]').choices(['full', 'differential', 'incremental']),
    )
    .addOption(
      new Option('--action <action>', 'what it does [backup]').choices(['backup', 'drill', 'cleanup']),
    )
    .option('--description <text>', 'what it is for')
    .option('--jitter <duration>', 'begin up to so much later, always the same for a database')
    .option('--blackout <from-to...>', 'begin nothing then: 08:00-18:00, or 08:00-18:00@mon,tue')
    .addOption(
      new Option('--catch-up <how>', 'of missed ones: the last one, each, none [once]').choices([
        'once',
        'all',
        'skip',
      ]),
    )
    .addOption(
      new Option('--overlap <how>', 'while the one before still goes [skip]').choices(['skip', 'queue']),
    )
    .option('--tolerance <duration>', 'so late it may be before somebody is told')
    .option('--compress', 'compress, whatever the settings say')
    .option('--no-compress', 'do not compress')
    .option('--encrypt', 'encrypt, whatever the settings say')
    .option('--no-encrypt', 'do not encrypt')
    .addOption(new Option('--validate <level>', 'validate afterwards').choices([...levels, 'none']))
    .option('--destination <id...>', 'only these get copies');

/** The fields that the flags name, and no others. */
export async function fieldsOf(flags: ScheduleFlags): Promise<Partial<ScheduleFields>> {
  const { rule, timezone, database, type, action, description, catchUp, overlap, blackout } = flags;
  const [jitterMs, toleranceMs] = [
    await durationOf('--jitter', flags.jitter),
    await durationOf('--tolerance', flags.tolerance),
  ];
  const options = optionsOf(flags);
  const fields: Partial<ScheduleFields> = {
    ...given({
      rule,
      timezone,
      database,
      type,
      action,
      description,
      catchUp,
      overlap,
      jitterMs,
      toleranceMs,
    }),
    ...(blackout ? { blackouts: blackout.map(blackoutOf) } : {}),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return fields;
}

function optionsOf({ compress, encrypt, validate, destination }: ScheduleFlags): ScheduleFields['options'] {
  return {
    ...(compress === undefined ? {} : { compression: compress ? 'zstd' : 'none' }),
    ...given({ encrypt, validate }),
    ...(destination ? { destinations: [...destination] } : {}),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>; // what is undefined is left out

const BLACKOUT = /^(\d\d:\d\d)-(\d\d:\d\d)(?:@([a-z,]+))?$/;

function blackoutOf(text: string): ScheduleFields['blackouts'][number] {
  const [, from, to, days] = BLACKOUT.exec(text.toLowerCase()) ?? [];
  if (from === undefined || to === undefined) {
    throw usageError(
      `--blackout "${text}" is no time of day.`,
      'write it as 08:00-18:00 or 08:00-18:00@mon,tue',
    );
  }
  type Days = NonNullable<ScheduleFields['blackouts'][number]['days']>;
  return { from, to, ...(days === undefined ? {} : { days: days.split(',') as Days }) }; // the server checks them
}
