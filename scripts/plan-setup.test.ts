import { expect, test } from 'vitest';
import { planSetup, programsFor } from './plan-setup.mjs';

const all = Object.fromEntries(programsFor('test').map((name: string) => [name, `/usr/bin/${name}`]));
const found = {
  verb: 'start',
  lockIsNewer: false,
  node: '/x',
  programs: all,
  platform: 'linux',
  isRoot: true,
  hasApt: true,
} as const;

test.each([
  ['nothing to do', found, []],
  ['a newer lock file', { ...found, lockIsNewer: true }, [{ do: 'npm-ci' }]],
  [
    'root installs',
    { ...found, programs: { ...all, 'nats-server': undefined, initdb: undefined, postgres: undefined } },
    [{ do: 'apt-install', packages: ['nats-server', 'postgresql'] }],
  ],
  ['only tests need zstd', { ...found, programs: { ...all, zstd: undefined } }, []],
  [
    'tests do',
    { ...found, verb: 'test', programs: { ...all, zstd: undefined } } as const,
    [{ do: 'apt-install', packages: ['zstd'] }],
  ],
])('%s', (_name, given, steps) => {
  expect(planSetup(given)).toEqual(steps);
});

test.each([
  ['a plain user is told the command', { ...found, isRoot: false }, 'sudo apt-get install -y nats-server'],
  ['macOS', { ...found, isRoot: false, hasApt: false, platform: 'darwin' }, 'brew install nats-server'],
  ['anything else', { ...found, hasApt: false }, 'nats-server (2.9 or newer)'],
])('%s', (_name, given, told) => {
  const [step] = planSetup({ ...given, programs: { ...all, 'nats-server': undefined } });
  expect(step).toMatchObject({ do: 'stop', message: expect.stringContaining(told) });
});
