/**
 * What a test run came to, from vitest's JSON report; pure. A file that broke before or after its tests counts as one
 * failure, and a run without a single test is no success. `failures` names each with what it said.
 *
 * @typedef {{ status: string, fullName?: string, failureMessages?: readonly string[] }} Assertion
 * @typedef {{ status: string, name?: string, message?: string, assertionResults: readonly Assertion[] }} TestFile
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly TestFile[] }} report
 * @returns {{ line: string, succeeded: boolean, failures: readonly string[] }}
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
    failures: [
      ...broken.map(({ name, message }) => `failed: ${name}\n${message}`),
      ...report.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === 'failed')
          .map(
            ({ fullName, failureMessages }) =>
              `failed: ${fullName} (${name})\n${failureMessages?.join('\n')}`,
          ),
      ),
    ],
  };
}
