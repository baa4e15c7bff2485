import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { verbs } from '../verbs.ts';
import { cliReference } from './cli-reference.ts';

const file = new URL('../../../../docs/reference/cli.md', import.meta.url);

test('docs/reference/cli.md is what "npm run generate" writes', async () => {
  expect(readFileSync(file, 'utf8')).toBe(await cliReference());
});

test('every verb has its section, its flags and an example to copy', async () => {
  const text = await cliReference();
  for (const name of Object.keys(verbs)) {
    const section = text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    expect([name, section.includes(`backup-admin ${name}`) || section.includes(` ${name}`)]).toEqual([
      name,
      true,
    ]);
    expect([name, section.includes('```sh')]).toEqual([name, true]);
  }
});
