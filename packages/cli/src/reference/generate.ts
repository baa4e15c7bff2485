import { mkdir, writeFile } from 'node:fs/promises';
import { cliReference } from './cli-reference.ts';

const folder = new URL('../../../../docs/reference/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('cli.md', folder), await cliReference());
console.log('docs/reference/cli.md');
