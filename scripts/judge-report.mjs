/**
 * What a test run came to, from vitest's JSON report; pure. A file that broke before or after its tests counts as one
 * failure, and a run without a single test is no success.
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 * @returns {{ line: string, succeeded: boolean }}
 */
export function judgeReport(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return {
    line: `${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    succeeded: failed === 0 && report.numPassedTests > 0,
  };
}
