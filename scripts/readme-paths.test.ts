import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const table =
  /## Follow one backup[\s\S]*?\n## /.exec(readFileSync(resolve(root, 'README.md'), 'utf8'))?.[0] ?? '';
const paths = [...table.matchAll(/`([^`]+\.ts)`/g)].map((match) => match[1] ?? '');

test('the reading order leads through at least ten files', () => {
  expect(paths.length).toBeGreaterThanOrEqual(10);
});

test.each(paths)('%s exists', (path) => {
  expect(existsSync(resolve(root, path))).toBe(true);
});
