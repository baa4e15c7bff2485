// The end of a CI run: what failed, and then `N passed, N failed, N skipped`, from vitest's own report.
// Usage: node scripts/print-report.mjs REPORT.json EXIT-CODE-OF-THE-RUN
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { judgeReport } from './judge-report.mjs';

const [path, exitCode] = process.argv.slice(2);
const text = readFileSync(path, 'utf8');
if (text === '') {
  process.stdout.write(
    'The test run ended without a report; its own words are above.\n0 passed, 1 failed, 0 skipped\n',
  );
  process.exit(1);
}
const { line, succeeded, failures } = judgeReport(JSON.parse(text));
for (const failure of failures) process.stdout.write(`${failure}\n`);
// The run fails for more than failed tests, an error outside of any test for one: its own exit code counts too.
if (succeeded && exitCode !== '0') process.stdout.write(`The test run ended with exit code ${exitCode}.\n`);
process.stdout.write(`${line}\n`);
process.exit(succeeded && exitCode === '0' ? 0 : 1);
