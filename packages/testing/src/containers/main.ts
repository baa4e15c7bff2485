// `npm run test:containers [words of images]`: integration suites against the servers of other versions.
import process from 'node:process';
import { renderMatrix, rowsFor, type Result } from './matrix.ts';

// Its image may be absent, and what is started here is ended here. Read when the package is loaded.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
const { getContainerRuntimeClient } = await import('testcontainers');
try {
  await getContainerRuntimeClient();
} catch (error) {
  process.stdout.write(`No Docker engine answers, so nothing was run: ${String(error)}\n`);
  process.exit(2);
}
const { removeLeftovers } = await import('./leftovers.ts');
const { runSuite } = await import('./run-suite.ts');
await removeLeftovers();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void removeLeftovers().finally(() => process.exit(130)));

const rows = rowsFor(process.argv.slice(2));
const results: Result[] = [];
for (const row of rows) {
  process.stdout.write(`\n${row.suite} with ${row.image}\n`);
  results.push(await runSuite(row, (text) => process.stdout.write(text)));
}
process.stdout.write(`\n${renderMatrix(results)}\n`);
if (results.length === 0 || results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
