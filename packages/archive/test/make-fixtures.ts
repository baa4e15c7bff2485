import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { gzipFraming } from '../src/framing/gzip-framing.ts';
import { zstdFraming } from '../src/framing/zstd-framing.ts';
import { packShortSegments } from './archives.ts';
import { packAll, packNext } from './chains.ts';
import { fixtureDumps, fixtureRaw, mixedDumps } from './fixture.ts';

// Makes the archives that are not there yet; what is there stays as it is, it must restore for ever.
const [first, second, third] = fixtureDumps();
const [incremental, parent, full] = await packAll([first, second, third]);
const [mixedFull, mixedParent, mixed] = (await packAll(mixedDumps())).toReversed();
const made: Readonly<Record<string, Buffer | undefined>> = {
  'v1-full.dump.zst': await packShortSegments(fixtureRaw(), zstdFraming, 2),
  'v1-full.dump.gz': await packShortSegments(fixtureRaw(), gzipFraming, 2),
  'v1-chain-0-full.dump.zst': full,
  'v1-chain-1-incremental.hfd': parent,
  'v1-chain-2-incremental.hfd': incremental,
  'v1-mixed-0-full.dump.zst': mixedFull,
  'v1-mixed-1-incremental.hfd': mixedParent,
  'v1-mixed-2-incremental.hfd': mixed,
  'v1-directory.dump.gz': await packShortSegments(fixtureRaw(), gzipFraming, 2),
  'v1-chain-1-differential.hfd': await packNext([full ?? Buffer.alloc(0)], third, 'differential', 3),
};
for (const [name, bytes] of Object.entries(made)) {
  const path = new URL(`../fixtures/${name}`, import.meta.url);
  if (bytes && !existsSync(path)) await writeFile(path, bytes, { flag: 'wx' });
}
for (const raw of [fixtureRaw(), first, second, third, ...mixedDumps()])
  process.stdout.write(`${hash('sha256', raw, 'hex')}\n`);
