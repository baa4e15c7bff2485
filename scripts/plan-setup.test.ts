import { expect, test } from 'vitest';
import { planSetup, programsFor } from './plan-setup.mjs';

const all = Object.fromEntries(programsFor('test').map((name: string) => [name, `/usr/bin/${name}`]));
const found = {
  verb: 'start',
  lockIsNewer: false,
  programs: all,
  platform: 'linux',
  isRoot: true,
  hasApt: true,
} as const;
const nothing = Object.fromEntries(Object.keys(all).map((name) => [name, undefined]));

test.each([
  ['nothing to do', found, []],
  ['a newer lock file', { ...found, lockIsNewer: true }, [{ do: 'npm-ci' }]],
  [
    'root installs, each package once',
    { ...found, programs: { ...all, 'nats-server': undefined, initdb: undefined, postgres: undefined } },
    [{ do: 'apt-install', packages: ['nats-server', 'postgresql'] }],
  ],
  [
    'a bare machine',
    { ...found, verb: 'test', lockIsNewer: true, programs: nothing } as const,
    [
      { do: 'npm-ci' },
      { do: 'apt-install', packages: ['nats-server', 'postgresql', 'postgresql-client', 'zstd'] },
    ],
  ],
  ['zstd is not needed to start', { ...found, programs: { ...all, zstd: undefined } }, []],
  [
    'but to test',
    { ...found, verb: 'test', programs: { ...all, zstd: undefined } } as const,
    [{ do: 'apt-install', packages: ['zstd'] }],
  ],
])('%s', (_name, given, steps) => {
  expect(planSetup(given)).toEqual(steps);
});

test.each([
  [
    'a plain user on Debian',
    { ...found, isRoot: false, lockIsNewer: true },
    'sudo apt-get update && sudo apt-get install -y --no-install-recommends nats-server\n',
  ],
  ['macOS', { ...found, isRoot: false, hasApt: false, platform: 'darwin' }, 'brew install nats-server\n'],
  ['anything else', { ...found, hasApt: false }, 'nats-server (2.9 or newer)'],
])('%s is told the command, and what to run then', (_name, given, told) => {
  const steps = planSetup({ ...given, programs: { ...all, 'nats-server': undefined } });
  expect(steps).toEqual([{ do: 'stop', message: expect.stringContaining(told) }]);
  expect(steps).toEqual([
    { do: 'stop', message: expect.stringMatching(/^Missing: nats-server\.[^]*"npm start" again\.$/) },
  ]);
});
