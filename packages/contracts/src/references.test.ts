import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { references } from './references.ts';
import { release } from './release.ts';

const folder = new URL('../../../docs/reference/', import.meta.url);

test.each(Object.entries(references(release)))(
  'docs/reference/%s is what "npm run generate" writes',
  (name, text) => {
    expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
  },
);
