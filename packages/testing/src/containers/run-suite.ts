import { basename, resolve } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { OURS } from './leftovers.ts';
import type { Result, Row } from './matrix.ts';

const CHECKOUT = '/src';
const root = resolve(import.meta.dirname, '../../../..');
const NODE_IMAGE = process.env['NODE_IMAGE'] ?? 'node:24-bookworm-slim';

/** Runs a row's suite in a container, beside the server's own programs; the container is gone afterwards. */
export async function runSuite(row: Row, say: (text: string) => void): Promise<Result> {
  const container = await (row.programs ? besideNode(row, row.programs) : besidePrograms(row));
  try {
    const version = await container.exec([...row.version]);
    const { exitCode, output } = await container.exec(
      [
        'node',
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project=int',
        '--configLoader=native',
        '--no-cache',
        row.suite,
      ],
      { workingDir: CHECKOUT, env: { CI: '1', NO_COLOR: '1' } },
    );
    say(output);
    return {
      image: row.image,
      suite: row.suite,
      version: /\d+\.\d+(?:\.\d+)?/.exec(version.output)?.[0] ?? 'unknown',
      outcome: exitCode === 0 ? 'passed' : 'failed',
      tests: /^\s*Tests\s+(.*)$/m.exec(output)?.[1]?.trim() ?? 'none ran',
    };
  } finally {
    await container.stop({ timeout: 0 });
  }
}

/** The checkout is read only: a suite writes into folders of its own under /tmp. */
const withCheckout = (image: string): GenericContainer =>
  new GenericContainer(image)
    .withLabels(OURS)
    .withBindMounts([{ source: root, target: CHECKOUT, mode: 'ro' }])
    .withEntrypoint(['sleep'])
    .withCommand(['infinity']);

/** The image has a system to run Node in: ours is put there. */
async function besidePrograms({ image }: Row): Promise<StartedTestContainer> {
  return withCheckout(image)
    .withCopyFilesToContainer([{ source: process.execPath, target: '/usr/local/bin/node', mode: 0o755 }])
    .start();
}

/** The image has a program alone: it is taken out of it, and put beside Node. */
async function besideNode({ image }: Row, programs: readonly string[]): Promise<StartedTestContainer> {
  const holder = await new GenericContainer(image).withLabels(OURS).start();
  try {
    for (const program of programs) {
      const archive = await holder.copyArchiveFromContainer(program).catch(() => undefined); // not in that place
      if (archive === undefined) continue;
      const container = await withCheckout(NODE_IMAGE).start();
      await container.copyArchiveToContainer(Readable.from(archive), '/usr/local/bin');
      return container;
    }
  } finally {
    await holder.stop({ timeout: 0 });
  }
  throw new Error(`${image} holds no ${basename(programs[0] ?? '')} at ${programs.join(' or ')}.`);
}
