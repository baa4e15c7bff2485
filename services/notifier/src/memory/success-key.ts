export type SuccessKey = {
  readonly kind: 'backup' | 'drill';
  readonly database: string;
  readonly type?: string | undefined;
  readonly schedule?: string | undefined;
};

/** As a key of the memory's `successes`; none of the parts can hold the separator. */
export const successKey = ({ kind, database, type, schedule }: SuccessKey): string =>
  [kind, database, type ?? '', schedule ?? ''].join('|');

export function parseSuccessKey(key: string): SuccessKey {
  const [kind = '', database = '', type = '', schedule = ''] = key.split('|');
  return {
    kind: kind === 'drill' ? 'drill' : 'backup',
    database,
    type: type === '' ? undefined : type,
    schedule: schedule === '' ? undefined : schedule,
  };
}
