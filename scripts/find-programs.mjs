import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the next folder is looked at
  }
};

const children = (parent) =>
  existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name, 'bin')) : [];

/** Debian keeps server programs out of PATH; Homebrew keeps versions apart. */
const folders = () => [
  ...children('/usr/lib/postgresql').sort((a, b) => b.localeCompare(a, 'en', { numeric: true })),
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  ...children('/opt/homebrew/opt'),
  ...children('/usr/local/opt'),
];

/** Where each program is, or undefined. */
export const findPrograms = (names) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      folders()
        .map((folder) => join(folder, name))
        .find(isExecutable),
    ]),
  );

/** Our own Node, or the machine's when that is new enough. */
export function findNode(root) {
  const own = join(root, 'node_modules/.bin/node');
  if (isExecutable(own)) return own;
  return Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : undefined;
}

/** Whether the installed packages are older than what the lock file says. */
export function lockIsNewer(root) {
  const installed = join(root, 'node_modules/.package-lock.json');
  return (
    !existsSync(installed) || statSync(join(root, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs
  );
}
