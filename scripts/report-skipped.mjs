/** A reporter for vitest: after the run, every skipped test with its reason, so that none goes unseen. */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class ReportSkipped {
  onTestRunEnd(modules) {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = test.result()?.note;
        process.stdout.write(`skipped: ${test.fullName}${reason ? ` (${reason})` : ''}\n`);
      }
    }
  }
}
