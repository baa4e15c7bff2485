import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack, unpack } from '../test/archives.ts';
import { copyText, noise } from '../test/bytes.ts';
import { packAll } from '../test/chains.ts';

const run = promisify(execFile);

/** The capability these tests declare: the command. Why not, where it is absent. */
function obstacle(command: string): string | undefined {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-archive-'));
});
afterAll(() => rm(folder, { recursive: true }));

const contents = [
  ['text', copyText(3_000_000)],
  ['noise', noise(1_500_000)],
  ['one byte', Buffer.from('x')],
  ['nothing', Buffer.alloc(0)],
] as const;

describe.each([
  ['zstd', 'zstd', ['-t', '-q'], ['-dcq'], ['-c', '-q']],
  ['gzip', 'gzip', ['-t'], ['-dc'], ['-c']],
] as const)('%s', (codec, command, testing, decoding, encoding) => {
  const why = obstacle(command);
  describe.skipIf(why !== undefined)(`the command${why ? ` (${why})` : ''}`, () => {
    const decode = async (file: string): Promise<Buffer> =>
      (await run(command, [...decoding, file], { encoding: 'buffer', maxBuffer: 1 << 26 })).stdout;

    test.each(contents)('accepts our archive of %s and decodes it', async (name, raw) => {
      const path = join(folder, `${name}.dump.${codec === 'zstd' ? 'zst' : 'gz'}`);
      await writeFile(path, (await pack(raw, codec)).file);
      expect(await run(command, [...testing, path])).toMatchObject({ stderr: '' });
      expect((await decode(path)).equals(raw)).toBe(true);
    });

    test('makes files that we read as foreign ones', async () => {
      const raw = copyText(2_000_000);
      const path = join(folder, `plain-${codec}`);
      await writeFile(path, raw);
      const { stdout } = await run(command, [...encoding, path], { encoding: 'buffer', maxBuffer: 1 << 26 });
      expect((await unpack(stdout, { foreign: true })).equals(raw)).toBe(true);
      await expect(unpack(stdout)).rejects.toThrow(expect.objectContaining({ code: 'archive_foreign' }));
    });
  });
});

const whyNotZstd = obstacle('zstd');
describe.skipIf(whyNotZstd !== undefined)(`zstd${whyNotZstd ? ` (${whyNotZstd})` : ''}`, () => {
  test('refuses a file that holds only a part of a dump', async () => {
    const [child] = await packAll([copyText(1_000_000), copyText(1_100_000)]);
    const path = join(folder, 'part.hfd');
    await writeFile(path, child ?? '');
    await expect(run('zstd', ['-dcq', path])).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('Dictionary mismatch'),
    });
  });
});
