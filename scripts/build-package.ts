// Builds the package it is started in. Its `dist/` is a package by itself: `npm pack ./packages/<name>/dist`.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishable } from './publishable.ts';

const root = join(import.meta.dirname, '..');
// What was built from a file that is gone would be packed too.
rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '--project', 'tsconfig.build.json'],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Parameters<typeof publishable>[0]; // our own
writeFileSync('dist/package.json', `${JSON.stringify(publishable(manifest), undefined, 2)}\n`);
copyFileSync('README.md', 'dist/README.md');
copyFileSync(join(root, 'LICENSE'), 'dist/LICENSE');
