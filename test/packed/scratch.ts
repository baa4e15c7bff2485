import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

export type Scratch = {
  readonly dir: string;
  /** What was packed, by package: paths inside the tarball. */
  readonly packed: Readonly<Record<string, readonly string[]>>;
  /** Runs a file with a Node that may read nothing but this project; its output. */
  run(node: string, file: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /** URLs of all modules that a file loads. */
  loadedBy(node: string, file: string): Promise<readonly string[]>;
  /** TypeScript's own words; throws with them when it finds a mistake. */
  compile(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
};

/** A project of somebody else: packages built, packed and installed from their tarballs, without a network. */
export async function makeScratch(): Promise<Scratch> {
  await execute('npm', ['run', 'build'], { cwd: root });
  const dir = await mkdtemp(join(tmpdir(), 'hf-packed-'));
  await cp(join(import.meta.dirname, 'consumer'), dir, { recursive: true });
  const npm = (...args: readonly string[]) =>
    execute('npm', [...args, '--offline', '--ignore-scripts', '--cache', join(dir, '.npm')], { cwd: dir });

  const packed: Record<string, readonly string[]> = {};
  const dependencies: Record<string, string> = {};
  for (const folder of ['packages/contracts/dist', 'packages/client/dist', 'node_modules/zod']) {
    const { stdout } = await npm('pack', join(root, folder), '--json');
    const { name, filename, files } = tarballOf(stdout);
    packed[name] = files.map(({ path }) => path);
    dependencies[name] = `file:${filename}`;
  }
  await writeFile(
    join(dir, 'package.json'),
    JSON.stringify({ name: 'scratch', private: true, type: 'module', dependencies }),
  );
  await npm('install', '--no-audit', '--no-fund');

  const start = async (node: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    (await execute(node, [...args], { cwd: dir, env: { ...env } })).stdout;
  return {
    dir,
    packed,
    run: async (node, file, env) =>
      start(node, [await permissionFlag(node), `--allow-fs-read=${dir}/`, file], env),
    loadedBy: async (node, file) => (await start(node, ['--import', './trace.mjs', file])).trim().split('\n'),
    compile: (...args) => start(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args]),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

type Tarball = {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
};

/** npm 12 answers by package name, older ones with a list. */
function tarballOf(stdout: string): Tarball {
  const [tarball] = Object.values(JSON.parse(stdout) as Record<string, Tarball>); // npm pack --json
  if (!tarball) throw new Error(`npm pack told of no tarball: ${stdout}`);
  return tarball;
}

/** The permission model lost its `experimental-` with Node 24. */
async function permissionFlag(node: string): Promise<string> {
  const { stdout } = await execute(node, ['--version']);
  return Number(/^v(\d+)/.exec(stdout)?.[1]) >= 24 ? '--permission' : '--experimental-permission';
}

export const readPackage = async (dir: string, name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(dir, 'node_modules', name, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >; // as npm wrote it
