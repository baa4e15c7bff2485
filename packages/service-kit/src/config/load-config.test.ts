import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

const schema = z.object({
  PORT: z.coerce.number().int().max(65_535).default(8484),
  LEVEL: z.enum(['quiet', 'loud']).default('quiet'),
  WAIT: z
    .string()
    .refine((text) => /^\d+s$/.test(text), 'not a duration')
    .optional(),
  DATABASE_URL: z.string().refine((text) => text.startsWith('postgres://'), {
    error: (issue) => `${String(issue.input)} is no URL`,
  }),
});
const options = { older: { WAIT: 'PAUSE', DATABASE_URL: 'DB_URL' }, secrets: ['DATABASE_URL'] };
const url = 'postgres://app:hunter2@db/app';

const dir = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
afterAll(() => rmSync(dir, { recursive: true }));

describe('accepted', () => {
  const defaults = { PORT: 8484, LEVEL: 'quiet', DATABASE_URL: url };
  test.each([
    ['defaults', { DATABASE_URL: url }, defaults, []],
    ['an empty value is unset', { DATABASE_URL: url, PORT: '', LEVEL: ' ' }, defaults, []],
    ['coerced', { DATABASE_URL: url, PORT: '1' }, { ...defaults, PORT: 1 }, []],
    ['unknown names are nobody’s', { DATABASE_URL: url, HOME: '/root' }, defaults, []],
    ['a secret from a file', { DATABASE_URL_FILE: file('one', `${url}\n`) }, defaults, []],
    [
      'an older spelling',
      { DATABASE_URL: url, PAUSE: '3s' },
      { ...defaults, WAIT: '3s' },
      ['PAUSE is the older spelling of WAIT; rename it.'],
    ],
    [
      'both spellings',
      { DATABASE_URL: url, PAUSE: '3s', WAIT: '4s' },
      { ...defaults, WAIT: '4s' },
      ['WAIT and its older spelling PAUSE are both set; WAIT wins.'],
    ],
    [
      'the file of an older spelling',
      { DB_URL_FILE: file('two', url) },
      defaults,
      ['DB_URL is the older spelling of DATABASE_URL; rename it.'],
    ],
  ])('%s', (_name, env, config, warnings) => {
    expect(loadConfig(schema, env, options)).toEqual({ config, warnings });
  });
});

describe('refused', () => {
  const missing = join(dir, 'missing');
  test.each([
    ['required', {}, ['DATABASE_URL: is required and not set']],
    [
      'all at once, each with an example',
      { DATABASE_URL: url, PORT: 'many', LEVEL: 'hoarse', WAIT: 'soon' },
      [
        'PORT: "many" does not fit: Invalid input: expected number, received NaN; for example PORT=8484',
        'LEVEL: "hoarse" does not fit: Invalid option: expected one of "quiet"|"loud"; for example LEVEL=quiet',
        'WAIT: "soon" does not fit: not a duration; for example WAIT=30s',
      ],
    ],
    [
      'a secret is not shown',
      { DATABASE_URL: 'mysql://app:hunter2@db/app' },
      ['DATABASE_URL: does not fit (its value is a secret and not shown)'],
    ],
    [
      'value and file',
      { DATABASE_URL: url, DATABASE_URL_FILE: missing },
      ['DATABASE_URL: set together with DATABASE_URL_FILE; keep one of them'],
    ],
    [
      'no such file',
      { DATABASE_URL_FILE: missing },
      [`DATABASE_URL_FILE: cannot read ${missing} (ENOENT); check the path and its rights`],
    ],
    [
      'an empty file',
      { DATABASE_URL_FILE: file('empty', '\n') },
      [`DATABASE_URL_FILE: ${join(dir, 'empty')} is empty; write the value into it`],
    ],
  ])('%s', (_name, env, problems) => {
    const error = refusal(() => loadConfig(schema, env, options));
    expect(error.problems).toEqual(problems);
    for (const problem of problems) expect(error.message).toContain(problem);
    expect(error.message).not.toContain('hunter2');
  });

  test('a refinement over several settings cannot quote a secret', () => {
    const strict = schema.refine(() => false, { error: () => `not with ${url}` });
    const error = refusal(() => loadConfig(strict, { DATABASE_URL: url }, options));
    expect(error.problems).toEqual(['not with [secret]']);
  });

  test('an example that a schema names is shown', () => {
    const named = z.object({ TOKEN: z.string().meta({ examples: ['hf_example'] }) });
    const error = refusal(() => loadConfig(named, {}, {}));
    expect(error.problems).toEqual(['TOKEN: is required and not set; for example TOKEN=hf_example']);
  });
});

function refusal(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was accepted');
}
