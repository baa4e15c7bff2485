import type { z } from 'zod';
import { redactText } from '../log/redact.ts';
import { ConfigError } from './config-error.ts';
import { exampleOf } from './example.ts';
import { readRawSetting, type Environment } from './raw-settings.ts';

export type ConfigOptions = {
  /** name → the spelling it once had; still read, with a warning. */
  readonly older?: Readonly<Record<string, string>>;
  /** Settings that may come as `<NAME>_FILE` and whose values are never shown. */
  readonly secrets?: readonly string[];
};

/**
 * Reads what `schema` names out of `env`, once, at start. An empty value counts as unset. Throws ConfigError with all
 * problems in one message. `warnings` are sentences to log.
 */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  env: Environment,
  options: ConfigOptions = {},
): { readonly config: z.output<S>; readonly warnings: readonly string[] } {
  const secrets = new Set(options.secrets);
  const raw = Object.keys(schema.shape).map((name) => ({
    name,
    ...readRawSetting(name, env, { older: options.older?.[name], secret: secrets.has(name) }),
  }));
  const unreadable = new Map(raw.flatMap(({ name, problem }) => (problem ? [[name, problem]] : [])));
  const given = raw.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  const values: ReadonlyMap<string, string> = new Map(given);
  const hidden = given.filter(([name]) => secrets.has(name)).map(([, value]) => value);

  const parsed = schema.safeParse(Object.fromEntries(given));
  const issues = parsed.success ? [] : parsed.error.issues;
  const complaints = issues
    .filter(({ path }) => !unreadable.has(String(path[0])))
    .map((issue) => {
      const name = issue.path[0];
      if (typeof name !== 'string') return issue.message;
      const what = complaint(issue.message, values.get(name), secrets.has(name));
      return `${name}: ${what}${showExample(name, schema.shape[name])}`;
    });
  const problems = [...unreadable.values(), ...complaints].map((text) => scrub(text, hidden));
  if (!parsed.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return { config: parsed.data, warnings: raw.flatMap(({ warnings }) => warnings) };
}

function complaint(message: string, value: string | undefined, secret: boolean): string {
  if (value === undefined) return 'is required and not set';
  if (secret) return 'does not fit (its value is a secret and not shown)';
  return message.includes(value) ? message : `${JSON.stringify(value)} does not fit: ${message}`;
}

function showExample(name: string, schema: unknown): string {
  const example = exampleOf(schema as z.ZodType); // the shape of a ZodObject holds schemas
  return example === undefined ? '' : `; for example ${name}=${example}`;
}

/** A refinement over several settings may quote any of them. */
function scrub(text: string, hidden: readonly string[]): string {
  return redactText(hidden.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[secret]'), text));
}
