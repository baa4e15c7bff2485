/**
 * Thrown when settings cannot be used; usually the environment is incomplete or misspelled. The message lists every
 * problem on a line of its own, each with the setting's name and an example, and never a secret.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid_request';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const head = problems.length === 1 ? 'A setting cannot be used:' : 'Some settings cannot be used:';
    super([head, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}
