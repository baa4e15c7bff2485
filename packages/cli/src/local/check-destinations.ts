import { failureOf } from '@holdfast/contracts';
import { destinationsOf, openDestination, type Destination } from '@holdfast/engine';
import type { DestinationView } from '@holdfast/contracts';
import type { GlobalOptions } from '../global-options.ts';
import { readLocalSettings, type LocalSettings } from './local-settings.ts';

/** Asks each destination of the settings by a real write. One that is away is told, and stops none of the others. */
export async function checkDestinations(
  options: Pick<GlobalOptions, 'dir'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly DestinationView[]> {
  const settings = readLocalSettings(options, env);
  return Promise.all(
    destinationsOf(settings).map((destination, index) => check(destination, settings, index === 0)),
  );
}

async function check(
  destination: Destination,
  settings: LocalSettings,
  isPrimary: boolean,
): Promise<DestinationView> {
  const { id } = destination;
  const named = 'dir' in destination ? destination.dir : destination.url;
  try {
    const storage = await openDestination(destination, settings);
    const room = await storage.check();
    return { id, isPrimary, location: storage.location, outcome: 'ok', detail: 'can be written', ...room };
  } catch (error) {
    return { id, isPrimary, location: named, outcome: 'critical', detail: failureOf(error).message };
  }
}
