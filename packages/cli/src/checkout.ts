import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The standalone's folder: HOLDFAST_HOME, else `.holdfast` in the checkout, wherever the command is called from. */
export function homeDir(env: Readonly<Record<string, string | undefined>>): string {
  return env['HOLDFAST_HOME'] || join(fileURLToPath(new URL('../../..', import.meta.url)), '.holdfast');
}
