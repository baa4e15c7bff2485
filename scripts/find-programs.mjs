import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: the next folder is looked at
  }
}

const byVersion = (one, other) => Number.parseFloat(other) - Number.parseFloat(one);

/** The `bin` folders below `parent`, the newest version first. */
const binaries = (parent) =>
  existsSync(parent)
    ? readdirSync(parent)
        .sort(byVersion)
        .map((name) => join(parent, name, 'bin'))
    : [];

/** Debian keeps server programs out of PATH, and /usr/sbin out of a plain user's; Homebrew keeps versions apart. */
const folders = () => [
  ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
  ...binaries('/usr/lib/postgresql'),
  '/usr/sbin',
  '/usr/local/sbin',
  ...binaries('/opt/homebrew/opt'),
  ...binaries('/usr/local/opt'),
];

/** Where each program is, or undefined. */
export const findPrograms = (names) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      folders()
        .map((folder) => join(folder, name))
        .find(isProgram),
    ]),
  );

/** Our own Node, or the machine's when that is new enough. */
export function findNode(root) {
  const own = join(root, 'node_modules/.bin/node');
  if (isProgram(own)) return own;
  return Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : undefined;
}

/** Whether the installed packages are older than what the lock file says, or not there at all. */
export function lockIsNewer(root) {
  const installed = join(root, 'node_modules/.package-lock.json');
  return (
    !existsSync(installed) || statSync(join(root, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs
  );
}
