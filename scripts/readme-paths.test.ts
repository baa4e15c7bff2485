import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = /^## Follow one backup through the code$([^]*?)^## /m.exec(readme)?.[1] ?? '';
const paths = Array.from(section.matchAll(/`([^`\s]+\/[^`\s]+)`/g), ([, path = '']) => path);
const links = Array.from(readme.matchAll(/\]\((?!https?:)([^)#]+)/g), ([, path = '']) => path);

test('the reading order leads through at least ten files', () => {
  expect(paths.length).toBeGreaterThanOrEqual(10);
});

test.each([...new Set([...paths, ...links])])('%s exists', (path) => {
  expect(existsSync(join(root, path))).toBe(true);
});
