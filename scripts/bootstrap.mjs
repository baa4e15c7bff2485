// `npm start` and `npm test`: sets up what is missing, then runs the verb with our own Node.
// Plain JavaScript without dependencies: this runs on whatever Node the machine has.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findNode, findPrograms, lockIsNewer } from './find-programs.mjs';
import { aptInstall, installPackages } from './install.mjs';
import { planSetup, programsFor } from './plan-setup.mjs';
import { runVerb } from './run-verb.mjs';
import { stop } from './say.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [verb, ...rest] = process.argv.slice(2);
if (verb !== 'start' && verb !== 'test') stop('Usage: node scripts/bootstrap.mjs start|test [arguments]');
const again = `npm ${verb}`;

const steps = planSetup({
  verb,
  lockIsNewer: lockIsNewer(root),
  programs: findPrograms(programsFor(verb)),
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  hasApt: existsSync('/usr/bin/apt-get'),
});
for (const step of steps) {
  if (step.do === 'stop') stop(step.message);
  if (step.do === 'npm-ci') installPackages(root, again);
  if (step.do === 'apt-install') aptInstall(step.packages, again);
}

const missing = Object.entries(findPrograms(programsFor(verb))).filter(([, path]) => path === undefined);
if (missing.length > 0) {
  const names = missing.map(([name]) => name).join(', ');
  stop(`Installed, and still not found: ${names}. Put them into PATH and run "${again}" again.`);
}
const node = findNode(root);
if (node === undefined) {
  stop(
    `Node 24 is missing: this is Node ${process.versions.node}, and the packages have none for ${process.platform}-${process.arch}. Install Node 24 or newer and run "${again}" again.`,
  );
}
runVerb(verb, { root, node, rest });
