import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { say, startStep, stop } from './say.mjs';

/** Runs a step to its end; what it prints is shown only when it fails. `again` is what to type after mending it. */
function runStep(title, again, command, args, options = {}) {
  const step = startStep(title);
  const done = spawnSync(command, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status === 0) return step.done();
  step.failed();
  say(`${done.stdout ?? ''}${done.stderr ?? ''}`.trimEnd());
  const how = done.error?.message ?? (done.signal ? `ended by ${done.signal}` : `exit code ${done.status}`);
  return stop(
    `Could not finish "${title}": ${command} ${args.join(' ')} (${how}); its own words are above.\nMend that, then run "${again}" again.`,
  );
}

export function installPackages(root, again) {
  runStep('installing packages (npm ci)', again, 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
  // npm leaves its mark as it was when nothing changed: the lock file would look newer for ever.
  const mark = join(root, 'node_modules/.package-lock.json');
  if (existsSync(mark)) utimesSync(mark, new Date(), new Date());
}

/** Debian's packages make and start servers of their own; we need only the programs. Existing policies stay. */
const WHILE_INSTALLING = [
  {
    path: '/etc/postgresql-common/createcluster.d/holdfast-set-up.conf',
    text: 'create_main_cluster = false\n',
    mode: 0o644,
  },
  { path: '/usr/sbin/policy-rc.d', text: '#!/bin/sh\nexit 101\n', mode: 0o755 },
];

export function aptInstall(packages, again) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  runStep('reading the package lists (apt-get update)', again, 'apt-get', ['update', '-qq'], { env });
  const placed = WHILE_INSTALLING.filter(({ path }) => !existsSync(path));
  const folders = placed.map(({ path }) => dirname(path)).filter((folder) => !existsSync(folder));
  const tidy = () => {
    for (const { path } of placed) rmSync(path, { force: true });
    for (const folder of folders) removeIfEmpty(folder);
  };
  process.once('exit', tidy);
  for (const { path, text, mode } of placed) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  }
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  runStep(`installing ${packages.join(', ')} (apt-get)`, again, 'apt-get', args, { env });
  process.off('exit', tidy);
  tidy();
}

function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch (error) {
    // The package that it belongs to has put something into it: then it stays.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  }
}
