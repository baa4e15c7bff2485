// `npm start` and `npm test`: sets up what is missing, then runs the verb with our own Node.
// Plain JavaScript without dependencies: this file runs on whatever Node the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findNode, findPrograms, lockIsNewer } from './find-programs.mjs';
import { planSetup, programsFor } from './plan-setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [verb, ...rest] = process.argv.slice(2);
const VERBS = {
  start: ['packages/standalone/src/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
};

const say = (text) => process.stderr.write(`${text}\n`);
function stop(message) {
  say(message);
  process.exit(1);
}

/** Runs a step to its end; what it prints is shown only when it fails. */
function step(title, command, args, env = {}) {
  say(`  … ${title}`);
  const done = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status === 0) return;
  stop(
    `${done.stdout ?? ''}${done.stderr ?? ''}\n${title} failed (${command} ${args.join(' ')}): ${done.error?.message ?? `exit ${done.status ?? done.signal}`}.\nMend the cause above, then run the same command again.`,
  );
}

function npmCi() {
  step('installing the packages of package-lock.json', 'npm', ['ci', '--no-audit', '--no-fund']);
  // npm does not touch its own mark when nothing changed: then the lock file would look newer for ever.
  const mark = join(root, 'node_modules/.package-lock.json');
  if (existsSync(mark)) utimesSync(mark, new Date(), new Date());
}

/** Debian's package makes and starts a cluster of its own; we need only the programs. */
const NO_CLUSTER = '/etc/postgresql-common/createcluster.d/holdfast-bootstrap.conf';

function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  step('reading the package lists', 'apt-get', ['update', '-qq'], env);
  mkdirSync(dirname(NO_CLUSTER), { recursive: true });
  writeFileSync(NO_CLUSTER, 'create_main_cluster = false\n');
  try {
    step(
      `installing ${packages.join(', ')}`,
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...packages],
      env,
    );
  } finally {
    rmSync(NO_CLUSTER, { force: true });
  }
}

function setUp() {
  const found = {
    verb,
    lockIsNewer: lockIsNewer(root),
    node: findNode(root),
    programs: findPrograms(programsFor(verb)),
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasApt: existsSync('/usr/bin/apt-get'),
  };
  for (const each of planSetup(found)) {
    if (each.do === 'stop') stop(each.message);
    if (each.do === 'npm-ci') npmCi();
    if (each.do === 'apt-install') aptInstall(each.packages);
  }
  const missing = Object.entries(findPrograms(programsFor(verb))).filter(([, path]) => path === undefined);
  if (missing.length > 0)
    stop(
      `Installed, and still not found: ${missing.map(([name]) => name).join(', ')}. Put them into PATH and run the same command again.`,
    );
}

/** Node itself warns about features that it considers young; a user can do nothing about that. */
function run(node) {
  const child = spawn(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      ...VERBS[verb].map((part) => (part.includes('/') ? join(root, part) : part)),
      ...rest,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      // A group of its own: a signal to ours (Ctrl-C in a terminal, a process manager) reaches it once, through us.
      // For a service the second signal means "at once".
      detached: verb === 'start',
      env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}` },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`Could not start ${node}: ${error.message}.`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

if (!Object.hasOwn(VERBS, verb ?? '')) stop('Usage: node scripts/bootstrap.mjs start|test [arguments]');
setUp();
const node = findNode(root);
if (!node)
  stop(
    `There is no Node 24 for ${process.platform}-${process.arch} among our packages. Install Node 24 or newer and run the same command again.`,
  );
run(node);
