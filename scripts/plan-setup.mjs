/**
 * What has to be done before a verb can run; pure. Plain JavaScript, as it runs on whatever Node the machine has.
 *
 * @typedef {{ verb: 'start' | 'test', lockIsNewer: boolean, node: string | undefined, programs: Record<string, string | undefined>,
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
  const steps = [];
  if (found.lockIsNewer) steps.push({ do: 'npm-ci' });
  const missing = programsFor(found.verb).filter((name) => found.programs[name] === undefined);
  if (missing.length === 0) return steps;
  const list = (manager) => [...new Set(missing.map((name) => PACKAGES[name][manager]))];
  const what = `Missing: ${missing.join(', ')}.`;
  if (found.hasApt && found.isRoot) return [...steps, { do: 'apt-install', packages: list('apt') }];
  if (found.hasApt)
    return [
      {
        do: 'stop',
        message: `${what} Install with:\n\n  sudo apt-get install -y ${list('apt').join(' ')}\n`,
      },
    ];
  if (found.platform === 'darwin')
    return [{ do: 'stop', message: `${what} Install with:\n\n  brew install ${list('brew').join(' ')}\n` }];
  return [
    {
      do: 'stop',
      message: `${what} Install nats-server (2.9 or newer) and PostgreSQL (13 or newer, with server) so that they are in PATH.`,
    },
  ];
}
