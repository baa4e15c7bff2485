import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const LARGE = 64 * 1_048_576;

/**
 * Why no container is started here; undefined where they are asked for and an engine with Compose answers. They take
 * minutes and gigabytes, so an engine that happens to be there is not enough.
 */
export async function dockerObstacle(): Promise<string | undefined> {
  if (process.env['HOLDFAST_TEST_DOCKER'] !== '1') return 'asked for with HOLDFAST_TEST_DOCKER=1';
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 20_000 });
    await run('docker', ['compose', 'version'], { timeout: 20_000 });
    return undefined;
  } catch (error) {
    return `no Docker engine with Compose answers: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', [...args], {
    cwd: root,
    maxBuffer: LARGE,
    env: { ...process.env, DOCKER_BUILDKIT: process.env['DOCKER_BUILDKIT'] ?? '0' },
  });
  return stdout.trim();
}

/** The image of this checkout: HOLDFAST_IMAGE where somebody has built it already. */
export async function ensureImage(): Promise<string> {
  const given = process.env['HOLDFAST_IMAGE'];
  if (given !== undefined && given !== '') return given;
  await docker('build', '--quiet', '--file', 'deploy/Dockerfile', '--tag', 'holdfast:test', '.');
  return 'holdfast:test';
}

/** The image of the commit before: HOLDFAST_PREVIOUS_IMAGE where somebody has built it already. */
export async function ensurePreviousImage(): Promise<string> {
  const given = process.env['HOLDFAST_PREVIOUS_IMAGE'];
  if (given !== undefined && given !== '') return given;
  const dir = await mkdtemp(join(tmpdir(), 'hf-previous-'));
  try {
    const archive = join(dir, 'commit.tar');
    await run('git', ['archive', '--output', archive, 'HEAD~1'], { cwd: root });
    await run('tar', ['-x', '-f', archive, '-C', dir]);
    await docker(
      'build',
      '--quiet',
      '--file',
      join(dir, 'deploy/Dockerfile'),
      '--tag',
      'holdfast:previous',
      dir,
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return 'holdfast:previous';
}

export type Stack = {
  compose(...args: readonly string[]): Promise<string>;
  /** One verb of the command line; its output. */
  cli(...args: readonly string[]): Promise<string>;
  /** Container ids of a service. */
  containersOf(service: string): Promise<readonly string[]>;
  /** Runs a module of JavaScript in a running container of the service, with its environment; its output. */
  module(service: string, source: string): Promise<string>;
  /** Containers, networks and volumes, gone. */
  remove(): Promise<void>;
};

/** A Compose project of its own, on free ports. */
export function aStack(
  name: string,
  image: string,
  files: readonly string[],
  profiles: readonly string[] = ['sample'],
): Stack {
  const project = `${name}-${process.pid}`;
  const fixed = [
    'compose',
    '--project-name',
    project,
    ...files.flatMap((file) => ['--file', file]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
  ];
  const env = {
    ...process.env,
    HOLDFAST_IMAGE: image,
    HOLDFAST_PUBLISHED_PORT: '0',
    HOLDFAST_PUBLISHED_PORTS: '0',
    PROMETHEUS_PUBLISHED_PORT: '0',
  };
  const compose = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('docker', [...fixed, ...args], { cwd: root, env, maxBuffer: LARGE });
    return stdout.trim();
  };
  const containersOf = async (service: string): Promise<readonly string[]> =>
    (await compose('ps', '--quiet', service)).split('\n').filter((id) => id !== '');
  return {
    compose,
    cli: (...args) => compose('run', '--rm', '--no-deps', '--no-TTY', 'cli', ...args),
    containersOf,
    module: async (service, source) => {
      const [container = ''] = await containersOf(service);
      return docker('exec', container, 'node', '--input-type=module', '--eval', source);
    },
    remove: async () => {
      try {
        await compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
      } catch (error) {
        // Old engines count endpoints of killed containers for ever, and keep an empty network because of them.
        const own = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`];
        const left = await Promise.all([docker('ps', '--all', ...own), docker('volume', 'ls', ...own)]);
        if (left.join('').trim() !== '' || !String(error).includes('has active endpoints')) throw error;
        process.stderr.write(`A network of ${project} stays until the engine is started again.\n`);
      }
    },
  };
}
