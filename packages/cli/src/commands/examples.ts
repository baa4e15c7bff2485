/** Help's last part: real lines to copy, each with what it does. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  backup-admin ${line}`).join('\n')}`;
