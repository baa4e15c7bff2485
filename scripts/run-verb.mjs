import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { stop } from './say.mjs';

const VERBS = {
  start: ['packages/standalone/src/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
};

/** For a service the second signal means "at once", and one Ctrl-C reaches us twice: from the terminal and from npm. */
const SAME_KEY_PRESS_MS = 500;

/** Runs the verb with our own Node until it ends, and ends as it does. */
export function runVerb(verb, { root, node, rest }) {
  const [script, ...args] = VERBS[verb];
  // Node warns about features that it considers young; a user can do nothing about that.
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args, ...rest], {
    cwd: root,
    stdio: 'inherit',
    // A group of its own, so that a signal to ours reaches it through us alone.
    detached: verb === 'start',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}` },
  });
  let passedOnAt = -SAME_KEY_PRESS_MS;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - passedOnAt < SAME_KEY_PRESS_MS) return;
      passedOnAt = now;
      child.kill(signal);
    });
  }
  child.on('error', (error) =>
    stop(`Could not start ${node}: ${error.message}. Remove node_modules and try again.`),
  );
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
