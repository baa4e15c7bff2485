import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from './load-config.ts';

const schema = z.object({
  PORT: z.coerce.number().int().max(65535).default(8080),
  URL: z.string(),
  PASSWORD: z.string().min(8).optional(),
});
const options = { older: { PORT: 'OLD_PORT' }, secrets: ['PASSWORD'] };

test('defaults, empty values and older spellings', () => {
  expect(loadConfig(schema, { URL: 'x', PORT: '' }, options).config).toEqual({ PORT: 8080, URL: 'x' });
  expect(loadConfig(schema, { URL: 'x', OLD_PORT: '7' }, options).config.PORT).toBe(7);
});

test("when both spellings are set the name's own wins, with a warning", () => {
  const { config, warnings } = loadConfig(schema, { URL: 'x', PORT: '1', OLD_PORT: '2' }, options);
  expect(config.PORT).toBe(1);
  expect(warnings[0]).toMatch(/OLD_PORT/);
});

test('every problem stands in one message, and no secret does', () => {
  const load = () => loadConfig(schema, { PORT: 'many', PASSWORD: 'hunter2' }, options);
  expect(load).toThrow(/PORT = "many"/);
  expect(load).toThrow(/URL is missing/);
  expect(load).toThrow(/PASSWORD = \(not shown\)/);
  expect(load).not.toThrow(/hunter2/);
});

test('a secret may come as a file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hf-config-'));
  try {
    writeFileSync(join(dir, 'password'), 'correct horse\n');
    const env = { URL: 'x', PASSWORD_FILE: join(dir, 'password') };
    expect(loadConfig(schema, env, options).config.PASSWORD).toBe('correct horse');
    expect(() => loadConfig(schema, { ...env, PASSWORD: 'another one' }, options)).toThrow(/both set/);
    expect(() => loadConfig(schema, { URL: 'x', PASSWORD_FILE: join(dir, 'none') }, options)).toThrow(
      /cannot read .*none \(ENOENT\)/,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});
