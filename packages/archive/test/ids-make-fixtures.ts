import { writeFile } from 'node:fs/promises';
import { fixtureDumps } from './fixture.ts';
import { grownFixture, packBlind } from './ids-files.ts';

// Makes the ids of the committed full, and a child by them, once; what exists stays as it is, it must open for ever.
const folder = new URL('../fixtures/', import.meta.url);
const [first] = fixtureDumps();
const { ids } = await packBlind(first, 0);
await writeFile(new URL('v1-chain-0-full.dump.zst.ids', folder), ids, { flag: 'wx' });
const child = await packBlind(grownFixture(), 1, { ids });
await writeFile(new URL('v1-chain-1-by-ids.hfd', folder), child.file, { flag: 'wx' });
