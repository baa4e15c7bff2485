import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../test/fake-client.ts';

const run = promisify(execFile);
const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = (await call(`completion ${shell}`)).out;
});

/** What bash would offer at the end of `line`. */
async function offered(line: string): Promise<readonly string[]> {
  const words = line.split(' ');
  const script = `${scripts['bash'] ?? ''}
compopt() { :; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
_backup_admin
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-c', script]);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash offers', () => {
  test.each([
    ['backup-admin ', ['create', 'runs', 'help', '--json', '--help']],
    ['backup-admin cr', ['create']],
    ['backup-admin --url http://a cr', ['create']],
    ['backup-admin restore --no-s', ['--no-safety-backup']],
    ['backup-admin restore --mode ', ['swap', 'in-place', 'new']],
    ['backup-admin validate --level re', ['restore']],
    ['backup-admin runs ', ['list', 'show', 'cancel']],
    ['backup-admin runs cancel --re', ['--reason']],
    ['backup-admin --json runs list --st', ['--state']],
    ['backup-admin completion f', ['fish']],
    ['backup-admin help re', ['restore']],
  ])('after "%s"', async (line, expected) => {
    expect(await offered(line)).toEqual(expect.arrayContaining(expected));
  });

  test('paths after --output, and nothing after a free text', async () => {
    expect(await offered(`backup-admin export --output ${import.meta.dirname}/ba`)).toEqual([
      `${import.meta.dirname}/bash.ts`,
    ]);
    expect(await offered('backup-admin create --description ')).toEqual([]);
  });
});

test('each script knows every verb', async () => {
  const { verbs } = await import('../verbs.ts');
  for (const [shell, script] of Object.entries(scripts)) {
    for (const verb of Object.keys(verbs)) expect([shell, script.includes(verb)]).toEqual([shell, true]);
  }
});

// Capability: the shell itself. Each is looked for at its usual places.
describe.each(['zsh', 'fish'])('%s', (shell) => {
  const path = [`/bin/${shell}`, `/usr/bin/${shell}`, `/usr/local/bin/${shell}`].find((each) =>
    existsSync(each),
  );
  test.skipIf(path === undefined)(`reads its script (needs ${shell})`, async () => {
    await expect(run(path ?? '', ['-n', '-c', scripts[shell] ?? ''])).resolves.toBeDefined();
  });
});
