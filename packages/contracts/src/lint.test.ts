import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const LINTER = fileURLToPath(new URL('../../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
const referenceOf = (name: string): string =>
  fileURLToPath(new URL(`../../../docs/reference/${name}`, import.meta.url));
/** Whether a service lives is told to everybody, with nothing that could be asked wrongly. */
const NOT_OURS = ['--skip-rule', 'operation-4xx-response'];

/** What Redocly's rules find in a description, as `rule: message`. */
async function lint(path: string): Promise<readonly string[]> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const args = [LINTER, 'lint', path, ...NOT_OURS, '--format', 'json', '--max-problems', '1000'];
  const told = await new Promise<string>((resolve) => {
    // Its exit code says no more than its report.
    execFile(process.execPath, args, { env }, (_error, stdout, stderr) => resolve(stdout || stderr));
  });
  const { problems } = JSON.parse(told) as {
    problems: readonly { readonly ruleId: string; readonly message: string }[];
  };
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

test.each(['openapi.json', 'asyncapi.json'])('%s keeps the rules of its specification', async (name) => {
  expect(await lint(referenceOf(name))).toEqual([]);
});

test('a description that breaks them is found out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hf-lint-'));
  try {
    const path = join(folder, 'asyncapi.json');
    const text = await readFile(referenceOf('asyncapi.json'), 'utf8');
    await writeFile(path, text.replace('"action": "receive"', '"action": "await"'));
    expect(await lint(path)).toEqual([expect.stringMatching(/^struct: /)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
