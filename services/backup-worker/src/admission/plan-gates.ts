import type { Gate } from '@holdfast/runs';

export type Limits = {
  readonly MAX_CONCURRENT_BACKUPS: number;
  readonly MAX_CONCURRENT_BACKUPS_PER_SERVER: number;
};

/**
 * What a backup has to pass. The server's gate first: whoever waits for a server must not hold a place that a backup of
 * another server could use. `server` is a hash; undefined where this worker does not know the database: it fails at once.
 */
export function planGates(server: string | undefined, limits: Limits): readonly Gate[] {
  const { MAX_CONCURRENT_BACKUPS: inAll, MAX_CONCURRENT_BACKUPS_PER_SERVER: perServer } = limits;
  if (server === undefined) return [];
  return [
    {
      key: `slot.${server}`,
      limit: perServer,
      waitingFor: `${others(perServer)} of the same PostgreSQL server (MAX_CONCURRENT_BACKUPS_PER_SERVER=${perServer})`,
    },
    {
      key: 'slot',
      limit: inAll,
      waitingFor: `${others(inAll)} (MAX_CONCURRENT_BACKUPS=${inAll})`,
    },
  ];
}

const others = (limit: number): string => (limit === 1 ? 'another backup' : `one of ${limit} other backups`);
