import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** Something in the environment is wrong. The message lists every problem at once, and no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid_request';
}

export type ConfigOptions = {
  /** name → older spelling, read when the name itself is not set. */
  readonly older?: Readonly<Record<string, string>>;
  /** Names that may come as `<NAME>_FILE`, and whose values never appear in a message. */
  readonly secrets?: readonly string[];
};

/** Reads the settings of `schema` from the environment. An empty value counts as unset. Throws ConfigError. */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
  options: ConfigOptions = {},
): { readonly config: z.output<S>; readonly warnings: readonly string[] } {
  const problems: string[] = [];
  const warnings: string[] = [];
  const values = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, valueOf(name, env, options, problems, warnings)]),
  );
  const parsed = schema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) problems.push(problemOf(issue, values, options));
  if (parsed.success && problems.length === 0) return { config: parsed.data, warnings };
  const list = problems.map((problem) => `  ${problem}`).join('\n');
  throw new ConfigError(
    `The settings are not usable:\n${list}\nMend them in the environment and start again.`,
  );
}

function valueOf(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  options: ConfigOptions,
  problems: string[],
  warnings: string[],
): string | undefined {
  const own = env[name] || undefined;
  const older = options.older?.[name];
  const fromOlder = older === undefined ? undefined : env[older] || undefined;
  if (own !== undefined && fromOlder !== undefined)
    warnings.push(`${name} and its older spelling ${older} are both set; ${name} counts.`);
  const path = options.secrets?.includes(name) ? env[`${name}_FILE`] || undefined : undefined;
  if (path === undefined) return own ?? fromOlder;
  if (own !== undefined) problems.push(`${name} and ${name}_FILE are both set; keep one.`);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    problems.push(
      `${name}_FILE: cannot read ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
    ); // fs errors carry a code
    return undefined;
  }
}

function problemOf(
  issue: z.core.$ZodIssue,
  values: Readonly<Record<string, string | undefined>>,
  options: ConfigOptions,
): string {
  const name = String(issue.path[0] ?? '');
  const value = values[name];
  if (value === undefined) return `${name} is missing.`;
  const shown = options.secrets?.includes(name) ? '(not shown)' : `"${value}"`;
  return `${name} = ${shown}: ${issue.message}.`;
}
