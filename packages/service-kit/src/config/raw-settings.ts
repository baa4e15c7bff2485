import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting as it stands in the environment; `value` undefined: not set. */
export type RawSetting = {
  readonly value: string | undefined;
  readonly warnings: readonly string[];
  readonly problem?: string;
};

export type RawSettingOptions = {
  readonly older: string | undefined;
  readonly secret: boolean;
};

/** Finds a setting under its name, its older spelling and, for a secret, the files of both. Empty counts as unset. */
export function readRawSetting(name: string, env: Environment, options: RawSettingOptions): RawSetting {
  const { older, secret } = options;
  const present = valueOrFile(name, env, secret);
  if (older === undefined) return { ...present, warnings: [] };
  const earlier = valueOrFile(older, env, secret);
  if (isUnset(earlier)) return { ...present, warnings: [] };
  if (isUnset(present)) {
    return { ...earlier, warnings: [`${older} is the older spelling of ${name}; rename it.`] };
  }
  return { ...present, warnings: [`${name} and its older spelling ${older} are both set; ${name} wins.`] };
}

type Found = { readonly value: string | undefined; readonly problem?: string };

const isUnset = (found: Found): boolean => found.value === undefined && found.problem === undefined;

function valueOrFile(name: string, env: Environment, secret: boolean): Found {
  const value = given(env[name]);
  const path = secret ? given(env[`${name}_FILE`]) : undefined;
  if (path === undefined) return { value };
  if (value !== undefined) {
    return { value: undefined, problem: `${name}: set together with ${name}_FILE; keep one of them` };
  }
  return contentOf(path, name);
}

function contentOf(path: string, name: string): Found {
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    const value = given(readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
    if (value !== undefined) return { value };
    return { value: undefined, problem: `${name}_FILE: ${path} is empty; write the value into it` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // reading a file fails with a code
    return {
      value: undefined,
      problem: `${name}_FILE: cannot read ${path} (${code ?? 'unknown'}); check the path and its rights`,
    };
  }
}

const given = (value: string | undefined): string | undefined =>
  value === undefined || value.trim() === '' ? undefined : value;
