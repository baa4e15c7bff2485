import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, keysOf, streamOf } from '../../test/bytes.ts';
import { describeStorage } from '../../test/conformance.ts';
import { localStorage } from './local-storage.ts';

const coded = (code: string): unknown => expect.objectContaining({ code });
const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'holdfast-storage-'));

describeStorage('a folder', async () => {
  const dir = await makeFolder();
  return {
    storage: localStorage({ dir }),
    another: localStorage({ dir }),
    close: () => rm(dir, { recursive: true }),
  };
});

describe('a folder', () => {
  let above: string;
  let dir: string;
  beforeEach(async () => {
    above = await makeFolder();
    dir = join(above, 'repository');
    await mkdir(dir);
  });
  afterEach(() => rm(above, { recursive: true }));

  test('says where it is', () => {
    expect(localStorage({ dir: '/var/back ups' }).location).toBe('file:///var/back%20ups');
  });

  test('keeps files 0600 in folders 0700, and nothing else', async () => {
    const storage = localStorage({ dir });
    await storage.put('app/deep/a', streamOf('x'));
    await storage.createIfAbsent('app/deep/m', Buffer.from('y'));
    for (const [path, mode] of [
      ['app', 0o700],
      ['app/deep', 0o700],
      ['app/deep/a', 0o600],
      ['app/deep/m', 0o600],
    ] as const)
      expect((await stat(join(dir, path))).mode & 0o777).toBe(mode);
    expect(await readdir(join(dir, 'app/deep'))).toEqual(['a', 'm']);
  });

  test('that is not there is storage_missing for every verb, and is not made', async () => {
    const gone = join(above, 'gone');
    const storage = localStorage({ dir: gone });
    const missing = coded('storage_missing');
    await expect(storage.put('app/a', streamOf('x'))).rejects.toThrow(missing);
    await expect(storage.createIfAbsent('app/a', Buffer.from('x'))).rejects.toThrow(missing);
    await expect(collect(storage.get('app/a'))).rejects.toThrow(missing);
    await expect(storage.head('app/a')).rejects.toThrow(missing);
    await expect(storage.remove('app/a')).rejects.toThrow(missing);
    await expect(keysOf(storage.list(''))).rejects.toThrow(missing);
    await expect(keysOf(storage.leftovers('app/'))).rejects.toThrow(missing);
    await expect(storage.check()).rejects.toThrow(missing);
    await expect(storage.check()).rejects.toThrow(`mkdir -p ${gone}`);
    await expect(stat(gone)).rejects.toThrow('ENOENT');
  });

  test('that is a file is storage_missing', async () => {
    const file = join(above, 'file');
    await writeFile(file, '');
    await expect(localStorage({ dir: file }).check()).rejects.toThrow(coded('storage_missing'));
  });

  test('a stale unfinished write is shown as such, and replaced by the next of its key', async () => {
    const storage = localStorage({ dir });
    await mkdir(join(dir, 'app'));
    const stale = ['a.0123456789ab.part', 'b.0123456789ab.part'];
    for (const name of stale) await writeFile(join(dir, 'app', name), 'half');
    expect(await keysOf(storage.list(''))).toEqual([]);
    expect(await keysOf(storage.leftovers('app/'))).toEqual(stale.map((name) => `app/${name}`));
    await storage.put('app/a', streamOf('whole'));
    expect(await readdir(join(dir, 'app'))).toEqual(['a', 'b.0123456789ab.part']);
    await storage.removeLeftover('app/b.0123456789ab.part');
    expect(await readdir(join(dir, 'app'))).toEqual(['a']);
  });

  test('a writer that was taken for dead and finishes later changes nothing', async () => {
    const storage = localStorage({ dir });
    const woken = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const zombie = storage.put(
      'app/a',
      (async function* () {
        yield Buffer.from('zombie ');
        begun.resolve();
        await woken.promise;
        yield Buffer.from('zombie');
      })(),
    );
    await begun.promise;
    const seen: string[][] = [];
    await storage.put(
      'app/a',
      (async function* () {
        yield Buffer.from('successor ');
        woken.resolve();
        await expect(zombie).rejects.toThrow(coded('storage_failed'));
        seen.push(await keysOf(storage.list('')));
        yield Buffer.from('successor');
      })(),
    );
    expect(seen).toEqual([[]]);
    expect(await readFile(join(dir, 'app/a'), 'utf8')).toBe('successor successor');
    expect(await readdir(join(dir, 'app'))).toEqual(['a']);
  });

  test('files that are not ours are no objects', async () => {
    const storage = localStorage({ dir });
    await mkdir(join(dir, '.snapshot'));
    await writeFile(join(dir, '.snapshot/a'), '');
    await writeFile(join(dir, 'a\nb'), '');
    await storage.put('a', streamOf('x'));
    expect(await keysOf(storage.list(''))).toEqual(['a']);
  });

  describe('symbolic links', () => {
    beforeEach(async () => {
      await writeFile(join(above, 'secret'), 'secret');
      await symlink(join(above, 'secret'), join(dir, 'link'));
      await symlink(above, join(dir, 'out'));
      await symlink(join(above, 'nowhere'), join(dir, 'dangling'));
    });

    test('to a file outside are not read, told of or written through', async () => {
      const storage = localStorage({ dir });
      await expect(collect(storage.get('link'))).rejects.toThrow(coded('path_refused'));
      expect(await storage.head('link')).toBeUndefined();
      expect(await keysOf(storage.list(''))).toEqual([]);
      await expect(storage.put('link', streamOf('x'))).rejects.toThrow(coded('name_taken'));
      expect(await storage.createIfAbsent('dangling', Buffer.from('x'))).toBe('exists');
      expect(await readFile(join(above, 'secret'), 'utf8')).toBe('secret');
      expect((await readdir(above)).sort()).toEqual(['repository', 'secret']);
    });

    test('to a folder outside are refused, and nothing is made behind them', async () => {
      const storage = localStorage({ dir });
      const refused = coded('path_refused');
      await expect(collect(storage.get('out/secret'))).rejects.toThrow(refused);
      await expect(storage.head('out/secret')).rejects.toThrow(refused);
      await expect(storage.remove('out/secret')).rejects.toThrow(refused);
      await expect(storage.put('out/new/deep/a', streamOf('x'))).rejects.toThrow(refused);
      await expect(storage.createIfAbsent('out/a', Buffer.from('x'))).rejects.toThrow(refused);
      await expect(keysOf(storage.list('out/'))).rejects.toThrow(refused);
      await expect(storage.removeLeftover('out/a.part')).rejects.toThrow(refused);
      expect((await readdir(above)).sort()).toEqual(['repository', 'secret']);
    });

    test('the folder itself may be one', async () => {
      await symlink(dir, join(above, 'current'));
      const storage = localStorage({ dir: join(above, 'current') });
      await storage.put('app/a', streamOf('x'));
      expect(await keysOf(storage.list('app/'))).toEqual(['app/a']);
      expect(await readFile(join(dir, 'app/a'), 'utf8')).toBe('x');
    });
  });
});
