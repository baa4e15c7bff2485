import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decrypt, encrypt, openFile } from '../../test/age-files.ts';
import { ALICE, BOB } from '../../test/age-keys.ts';
import { collect, inPieces, noise } from '../../test/bytes.ts';
import { sealIdentity, unsealIdentity } from './key-file.ts';
import { parseIdentityFile, recipientOf } from './keys.ts';
import { CHUNK_BYTES } from './payload.ts';
import { rewrapAge } from './rewrap-age.ts';

const run = promisify(execFile);
const PASSPHRASE = 'correct horse';

/** The capability these tests declare: the commands. Why not, where one is absent. */
function obstacle(...commands: readonly string[]): string | undefined {
  try {
    for (const command of commands) execFileSync(command, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-age-'));
  await writeFile(at('alice.key'), `${ALICE.identity}\n`);
  await writeFile(at('bob.key'), `${BOB.identity}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const LENGTHS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 4 * CHUNK_BYTES, 700_001];

const noAge = obstacle('age', 'age-keygen');
describe.skipIf(noAge !== undefined)(`the program age${noAge ? ` (${noAge})` : ''}`, () => {
  const opened = async (name: string, key: string): Promise<Buffer> => {
    const options = { encoding: 'buffer', maxBuffer: 1 << 26 } as const;
    return (await run('age', ['-d', '-i', at(key), at(name)], options)).stdout;
  };

  test.each(LENGTHS)('opens our file of %i bytes, for each recipient', async (length) => {
    const plain = noise(length);
    await writeFile(at(`ours-${length}`), await encrypt(plain, [ALICE.recipient, BOB.recipient]));
    expect((await opened(`ours-${length}`, 'alice.key')).equals(plain)).toBe(true);
    expect((await opened(`ours-${length}`, 'bob.key')).equals(plain)).toBe(true);
  });

  test.each(LENGTHS)('makes a file of %i bytes that we open', async (length) => {
    const plain = noise(length);
    const name = `theirs-${length}`;
    await writeFile(at(`${name}.plain`), plain);
    await run('age', ['-r', BOB.recipient, '-r', ALICE.recipient, '-o', at(name), at(`${name}.plain`)]);
    const file = await readFile(at(name));
    expect((await decrypt(file)).equals(plain)).toBe(true);
    expect(plain.equals(await (await openFile(file)).readRange(0, length))).toBe(true);
  });

  test('opens what we rewrapped, for the new recipient alone', async () => {
    const plain = noise(200_000);
    const rewrapped = rewrapAge(inPieces(await encrypt(plain)), [ALICE.identity], [BOB.recipient]);
    await writeFile(at('rewrapped'), await collect(rewrapped));
    expect((await opened('rewrapped', 'bob.key')).equals(plain)).toBe(true);
    await expect(opened('rewrapped', 'alice.key')).rejects.toThrow(/no identity matched/);
  });

  test('has keys that we read, and the same recipient for ours', async () => {
    await run('age-keygen', ['-o', at('made.key')]);
    const [identity = ''] = parseIdentityFile(await readFile(at('made.key'), 'utf8'));
    const recipientBy = async (name: string): Promise<string> =>
      (await run('age-keygen', ['-y', at(name)])).stdout.trim();
    expect(await recipientOf(identity)).toBe(await recipientBy('made.key'));
    expect(await recipientBy('alice.key')).toBe(ALICE.recipient);
  });

  const noTerminal = obstacle('script');
  describe.skipIf(noTerminal !== undefined)(`with a terminal${noTerminal ? ` (${noTerminal})` : ''}`, () => {
    /** age takes a passphrase from a terminal only. Answers every question with it. */
    async function answering(args: readonly string[]): Promise<void> {
      const command = ['age', ...args].map((word) => `'${word}'`).join(' ');
      const program = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
      const closed = once(program, 'close');
      let said = '';
      for await (const words of program.stdout.setEncoding('utf8')) {
        said += String(words);
        const questions = said.split(/passphrase[^:]*:/i).length - 1;
        if (questions === 0) continue;
        for (let answer = 0; answer < questions; answer += 1) program.stdin.write(`${PASSPHRASE}\n`);
        said = '';
      }
      const [exitCode] = await closed;
      if (exitCode !== 0) throw new Error(`age ended with ${exitCode}: ${said}`);
    }

    test('opens our key file, and takes it as identity', async () => {
      await writeFile(at('repository.key.age'), await sealIdentity(ALICE.identity, PASSPHRASE));
      await answering(['-d', '-o', at('repository.key'), at('repository.key.age')]);
      expect(parseIdentityFile(await readFile(at('repository.key'), 'utf8'))).toEqual([ALICE.identity]);

      await writeFile(at('by-key-file'), await encrypt(noise(100)));
      await answering(['-d', '-i', at('repository.key.age'), '-o', at('plain'), at('by-key-file')]);
      expect((await readFile(at('plain'))).equals(noise(100))).toBe(true);
    });

    test.each([
      ['binary', []],
      ['armor', ['-a']],
    ])('makes a key file that we open, %s', async (name, options) => {
      await answering(['-p', ...options, '-o', at(`key-${name}.age`), at('alice.key')]);
      expect(await unsealIdentity(await readFile(at(`key-${name}.age`)), PASSPHRASE)).toBe(ALICE.identity);
    });
  });
});
