import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimFolder, type Claimed } from './claim-folder.ts';

let dir: string;
const claimed: Claimed[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-claim-'));
});
afterEach(async () => {
  await Promise.all(claimed.splice(0).map((each) => each.release()));
  await rm(dir, { recursive: true, force: true });
});

const claim = async (folder = dir): Promise<Claimed> => {
  const each = await claimFolder(folder, (error) => expect.unreachable(String(error)));
  claimed.push(each);
  return each;
};

test('each has a folder of its own, and one that was given back is the next one’s', async () => {
  const first = await claim();
  const second = await claim();
  const third = await claim();
  expect([first, second, third].map((each) => each.dir)).toEqual([
    dir,
    join(dir, 'replica-2'),
    join(dir, 'replica-3'),
  ]);
  await claimed.splice(1, 1)[0]?.release();
  expect((await claim()).dir).toBe(second.dir);
});

test('those that come at once do not share one', async () => {
  const folders = await Promise.all(Array.from({ length: 8 }, () => claim()));
  expect(new Set(folders.map((each) => each.dir)).size).toBe(8);
});

test('one whose notifier was killed is free at once', async () => {
  const code = `require('node:net').createServer().listen(${JSON.stringify(join(dir, 'in-use'))}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  expect((await claim()).dir).toBe(join(dir, 'replica-2'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(dir)).toContain('in-use');
  expect((await claim()).dir).toBe(dir);
});

test('a path that is too long for a socket', async () => {
  const long = join(dir, 'x'.repeat(120));
  expect([(await claim(long)).dir, (await claim(long)).dir]).toEqual([long, join(long, 'replica-2')]);
});

test('a folder that cannot be made is an error that names the setting', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(claimFolder(join(dir, 'file', 'state'), () => undefined)).rejects.toThrow(
    /^NOTIFIER_STATE_DIR: .*file\/state cannot be made/,
  );
});
