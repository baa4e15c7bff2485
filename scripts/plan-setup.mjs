/**
 * What has to be done before a verb can run; pure. Plain JavaScript, as it runs on whatever Node the machine has.
 *
 * @typedef {{ verb: 'start' | 'test', lockIsNewer: boolean, programs: Record<string, string | undefined>,
 *   platform: string, isRoot: boolean, hasApt: boolean }} Found
 * @typedef {{ do: 'npm-ci' } | { do: 'apt-install', packages: string[] } | { do: 'stop', message: string }} Step
 */

/** Program → who brings it. */
const PACKAGES = {
  'nats-server': { apt: 'nats-server', brew: 'nats-server' },
  initdb: { apt: 'postgresql', brew: 'postgresql@17' },
  postgres: { apt: 'postgresql', brew: 'postgresql@17' },
  pg_dump: { apt: 'postgresql-client', brew: 'postgresql@17' },
  pg_restore: { apt: 'postgresql-client', brew: 'postgresql@17' },
  psql: { apt: 'postgresql-client', brew: 'postgresql@17' },
  zstd: { apt: 'zstd', brew: 'zstd' },
};

/** zstd is only what the tests hold our files against. */
export const programsFor = (verb) =>
  Object.keys(PACKAGES).filter((name) => verb === 'test' || name !== 'zstd');

/** @param {Found} found @returns {Step[]} */
export function planSetup(found) {
  const steps = found.lockIsNewer ? [{ do: 'npm-ci' }] : [];
  const missing = programsFor(found.verb).filter((name) => found.programs[name] === undefined);
  if (missing.length === 0) return steps;
  const packages = (manager) => [...new Set(missing.map((name) => PACKAGES[name][manager]))];
  if (found.hasApt && found.isRoot) return [...steps, { do: 'apt-install', packages: packages('apt') }];
  // Told before the packages are installed: nobody waits a minute for a refusal.
  return [{ do: 'stop', message: howToInstall(found, missing, packages) }];
}

function howToInstall({ verb, hasApt, platform }, missing, packages) {
  const then = (command) =>
    `Missing: ${missing.join(', ')}. Install with\n\n  ${command}\n\nand run "npm ${verb}" again.`;
  if (hasApt)
    return then(
      `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages('apt').join(' ')}`,
    );
  if (platform === 'darwin') return then(`brew install ${packages('brew').join(' ')}`);
  return `Missing: ${missing.join(', ')}. Install nats-server (2.9 or newer), PostgreSQL (13 or newer, with its server) and zstd, so that they are in PATH, and run "npm ${verb}" again.`;
}
