import process from 'node:process';

export const say = (text) => void process.stderr.write(`${text}\n`);

/** Ends the set-up. The message names the step, the cause and what to do next. */
export function stop(message) {
  say(`\n${message}\n`);
  process.exit(1);
}

/** One line per step: on a terminal while it runs, everywhere when it is done. */
export function startStep(title) {
  const startedAt = Date.now();
  const isTerminal = process.stderr.isTTY;
  const line = (text) => (isTerminal ? `\r\u001b[K${text}` : text);
  if (isTerminal) process.stderr.write(`  … ${title}`);
  return {
    done: () => say(line(`  ✓ ${title} (${Math.round((Date.now() - startedAt) / 1_000)} s)`)),
    failed: () => say(line(`  ✗ ${title}`)),
  };
}
