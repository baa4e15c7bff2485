import { mkdir, writeFile } from 'node:fs/promises';
import { references } from './references.ts';
import { release } from './release.ts';

const folder = new URL('../../../docs/reference/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(references(release))) {
  await writeFile(new URL(name, folder), text);
  console.log(`docs/reference/${name}`);
}
