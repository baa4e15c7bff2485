/**
 * Starts `file` so that its stderr comes by stdout: to be read while the program runs, where a child's own stderr is
 * told at its end. The shell is replaced at once and sees no argument as anything but text.
 */
export const withJoinedOutput = (
  file: string,
  args: readonly string[],
): { readonly file: string; readonly args: readonly string[] } => ({
  file: '/bin/sh',
  args: ['-c', 'exec "$0" "$@" 2>&1', file, ...args],
});
