import { createHash } from 'node:crypto';
import { HoldfastError } from '@holdfast/contracts';
import { parseDestination } from '@holdfast/storage';
import { planDestinations, type DestinationSettings, type PlannedDestination } from './plan-destinations.ts';

/** `id` is what events, runs and logs call the place: its name, or made from where it is. */
export type Destination = PlannedDestination & { readonly id: string };

/** The places of the settings, the primary one first. Throws invalid_request, path_refused. */
export function destinationsOf(settings: DestinationSettings): readonly [Destination, ...Destination[]] {
  const [primary, ...others] = planDestinations(settings);
  const all = [withId(primary), ...others.map(withId)] as const;
  const ids = all.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return all;
  throw new HoldfastError(
    'invalid_request',
    `BACKUP_DESTINATIONS has ${twice} twice; take one out, or give two places two names (name=url).`,
  );
}

/** `file-1a2b3c` or `s3-<bucket>-1a2b3c`: the digits tell two places apart and give nothing away. */
function withId(planned: PlannedDestination): Destination {
  // Looked at now, so that a mistake shows when the service starts and not when the first copy fails.
  const place = 'dir' in planned ? planned : parseDestination(planned.url);
  if (planned.name !== undefined) return { ...planned, id: planned.name };
  if ('dir' in place) return { ...planned, id: `file-${digits(place.dir)}` };
  const { bucket, prefix = '', endpoint = '' } = place;
  const name = bucket.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return { ...planned, id: `s3-${name}-${digits(`${endpoint}/${bucket}/${prefix}`)}` };
}

const digits = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);
