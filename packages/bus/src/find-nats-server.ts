import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';

/** Where packages put it that an ordinary user's PATH does not name. */
const USUAL_PLACES = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The path of the nats-server program; throws `bus_unavailable` when the machine has none. */
export async function findNatsServer(
  path = process.env['PATH'] ?? '',
  usualPlaces: readonly string[] = USUAL_PLACES,
): Promise<string> {
  for (const folder of [...path.split(delimiter), ...usualPlaces]) {
    const candidate = join(folder, 'nats-server');
    if (folder !== '' && (await isExecutable(candidate))) return candidate;
  }
  throw new HoldfastError(
    'bus_unavailable',
    'No nats-server was found; install it ("apt install nats-server", "brew install nats-server") or set NATS_URL.',
  );
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
