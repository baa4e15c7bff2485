import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';

/** A server by name. The token itself stays in a file of its own. */
export type Profile = { readonly url: string; readonly tokenFile?: string };
export type Profiles = Readonly<Record<string, Profile>>;
type Env = Readonly<Record<string, string | undefined>>;

/** `holdfast/profiles.json` under XDG_CONFIG_HOME, else under ~/.config. */
export const profilesPath = (env: Env): string =>
  join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'holdfast', 'profiles.json');

/** Empty where there is no file. Throws invalid_request for one that is no such file. */
export async function readProfiles(path: string): Promise<Profiles> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw unusable(path, 'it cannot be read', cause);
  }
  const read = parse(text, path);
  const entries = Object.entries(read);
  if (entries.every(([, profile]) => isProfile(profile))) return Object.fromEntries(entries) as Profiles; // each was checked
  throw unusable(path, 'a profile in it has no url');
}

/** Replaces the file as a whole: a process that dies here leaves the old one. */
export async function writeProfiles(path: string, profiles: Profiles): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new CliError(
      `${path} cannot be written (${cause instanceof Error ? cause.message : String(cause)})`,
      {
        code: 'storage_failed',
        next: 'check the folder and its rights, or set XDG_CONFIG_HOME',
        cause,
      },
    );
  }
}

function parse(text: string, path: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw unusable(path, 'it is no JSON', cause);
  }
  throw unusable(path, 'it is no JSON object');
}

const isProfile = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string';

const unusable = (path: string, why: string, cause?: unknown): CliError =>
  new CliError(`${path}: ${why}`, {
    code: 'invalid_request',
    title: 'The profiles cannot be used',
    next: `mend or remove ${path}`,
    cause,
  });
