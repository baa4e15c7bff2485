/** Ends at once what is left of a child's process group, such as workers whose leader was killed. */
export function endGroup(pid: number): void {
  if (pid <= 0) return; // it never started
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
