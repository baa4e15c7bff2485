import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { noHooks, parseHooks } from './hooks-file.ts';

test('a file as people write it', () => {
  const parsed = parseHooks(
    parse(`
pre-backup:
  - command: [/usr/local/bin/quiesce, --soft]
    timeout: 2m
    databases: app-*, web
post-restore:
  - command: [/usr/local/bin/warm-up]
`),
  );
  expect(parsed).toEqual({
    ok: true,
    hooks: {
      ...noHooks,
      'pre-backup': [
        { command: ['/usr/local/bin/quiesce', '--soft'], timeout: 120_000, databases: 'app-*, web' },
      ],
      'post-restore': [{ command: ['/usr/local/bin/warm-up'], timeout: 30_000, databases: '*' }],
    },
  });
});

test('an empty file has no hooks', () => {
  expect(parseHooks(parse(''))).toEqual({ ok: true, hooks: noHooks });
});

test('everything that is wrong is told at once', () => {
  const parsed = parseHooks(
    parse(`
pre-backup:
  - command: pg_dump --all
  - command: []
  - command: [x]
    timeout: soon
    shell: true
after-backup: []
`),
  );
  const problems = parsed.ok ? [] : parsed.problems;
  expect(problems.join('\n')).toMatch(/pre-backup\.0\.command: /);
  expect(problems.join('\n')).toMatch(/pre-backup\.1\.command: /);
  expect(problems.join('\n')).toMatch(/pre-backup\.2\.timeout: "soon" is not a duration/);
  expect(problems.join('\n')).toMatch(/shell/);
  expect(problems.join('\n')).toMatch(/after-backup/);
});
