import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { gzipFraming } from '../src/framing/gzip-framing.ts';
import { zstdFraming } from '../src/framing/zstd-framing.ts';
import { packShortSegments } from './archives.ts';
import { fixtureRaw } from './fixture.ts';

// Makes the archives of a new format version; those of older versions stay as they are, they must restore for ever.
const folder = new URL('../fixtures/', import.meta.url);
const raw = fixtureRaw();
for (const [ending, framing] of [
  ['zst', zstdFraming],
  ['gz', gzipFraming],
] as const)
  await writeFile(new URL(`v1-full.dump.${ending}`, folder), await packShortSegments(raw, framing, 2), {
    flag: 'wx',
  });
process.stdout.write(`${hash('sha256', raw, 'hex')}\n`);
