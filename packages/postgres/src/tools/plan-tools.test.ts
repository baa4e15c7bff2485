import { expect, test } from 'vitest';
import { chooseTools } from './plan-tools.ts';
import type { Tools } from './tools.ts';

const tools = (version: string): Tools => ({
  major: Number.parseInt(version, 10),
  version,
  dir: `/usr/lib/postgresql/${version}/bin`,
  serverBinaries: false,
});

test.each([
  ['the same major', ['15.3'], 150_018, '15.3'],
  ['the smallest that is not older', ['13.1', '17.2', '16.4'], 150_003, '16.4'],
  ['the newest release of it', ['15.2', '15.10', '15.9', '17.1'], 140_000, '15.10'],
  ['an older server', ['18beta1'], 130_022, '18beta1'],
])('%s', (_name, installed, server, expected) => {
  expect(chooseTools(installed.map(tools), server).version).toBe(expected);
});

test('none installed: tools_missing with the command', () => {
  expect(() => chooseTools([], 160_004)).toThrow(
    expect.objectContaining({
      code: 'tools_missing',
      message: expect.stringContaining('apt-get install -y postgresql-client-16'),
    }),
  );
});

test('all older: server_newer_than_tools names both and the command', () => {
  expect(() => chooseTools(['15.1', '16.2'].map(tools), 180_000)).toThrow(
    expect.objectContaining({
      code: 'server_newer_than_tools',
      message: expect.stringMatching(/PostgreSQL 18, .* 16\.2; run: apt-get install -y postgresql-client-18/),
    }),
  );
});
