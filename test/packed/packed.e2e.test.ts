import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFleet, type Fleet } from '../fleet/fleet.ts';
import { bundledModules } from './bundle.ts';
import { findNodeOf } from './nodes.ts';
import { makeScratch, readPackage, type Scratch } from './scratch.ts';

const nodes = await Promise.all([20, 24].map(async (major) => ({ major, node: await findNodeOf(major) })));

let fleet: Fleet;
let scratch: Scratch;
beforeAll(async () => {
  [fleet, scratch] = await Promise.all([startFleet(), makeScratch()]);
  await scratch.compile();
}, 900_000);
afterAll(async () => {
  await Promise.all([fleet.stop(), scratch.remove()]);
});

/** `contracts/errors.js`: modules of ours as paths behind the scope. */
const ours = (modules: readonly string[]): readonly string[] =>
  modules.flatMap((module) => module.split('/node_modules/@holdfast/').slice(1)).sort();

test('what is packed is built code, types, README and licence, without tests or sources', async () => {
  for (const name of ['@holdfast/contracts', '@holdfast/client']) {
    const files = scratch.packed[name] ?? [];
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'index.js', 'index.d.ts']));
    expect(files.filter((file) => /test|generate|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(await readPackage(scratch.dir, name)).not.toHaveProperty('private');
  }
});

test('they depend on zod alone', async () => {
  const of = async (name: string) =>
    Object.keys((await readPackage(scratch.dir, name))['dependencies'] ?? {});
  expect(await of('@holdfast/contracts')).toEqual(['zod']);
  expect(await of('@holdfast/client')).toEqual(['@holdfast/contracts', 'zod']);
});

test('types hold as a bundler resolves them, too', async () => {
  const told = scratch.compile('--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit');
  expect(await told).toBe('');
});

describe.each(nodes)('Node $major', ({ major, node }) => {
  const obstacle = node === undefined ? `no Node ${major} is in PATH` : undefined;
  describe.skipIf(obstacle)(`an installed client (${obstacle ?? 'that Node is here'})`, () => {
    const here = node ?? '';

    test('plain JavaScript makes a backup through a gateway, and hears why something failed', async () => {
      const env = { HOLDFAST_URL: fleet.url, HOLDFAST_TOKEN: fleet.token };
      const told: unknown = JSON.parse(await scratch.run(here, 'plain.mjs', env));
      // The same key on each Node: the same run.
      expect(told).toMatchObject({ state: 'completed', total: 1, code: 'backup_not_found' });
    });

    test('compiled TypeScript runs', async () => {
      expect(await scratch.run(here, 'built/typed.js')).toBe('none\n');
    });

    test('types alone load nothing, a module no more than it needs', async () => {
      expect(ours(await scratch.loadedBy(here, 'built/types-only.js'))).toEqual([]);
      expect(ours(await scratch.loadedBy(here, 'built/one-module.js'))).toEqual(['contracts/errors.js']);
    });
  });
});

test('a bundle with one function has its module alone', async () => {
  expect(ours(await bundledModules(scratch.dir, 'one-function.ts'))).toEqual(['contracts/duration.js']);
});
