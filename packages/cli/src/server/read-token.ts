import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homeDir } from '../checkout.ts';
import { CliError } from '../cli-error.ts';
import type { GlobalOptions } from '../global-options.ts';
import type { Profile } from '../profiles/profile-file.ts';

/**
 * The API token: `--token`, `--token-file`, the profile's, HOLDFAST_TOKEN, HOLDFAST_TOKEN_FILE, or the standalone's own file.
 * Undefined when nothing names one and the standalone's is not there: the server then says what it thinks of that.
 */
export async function readToken(
  options: Pick<GlobalOptions, 'token' | 'tokenFile'>,
  env: Readonly<Record<string, string | undefined>>,
  profile?: Profile,
): Promise<string | undefined> {
  if (options.token !== undefined) return asToken(options.token, '--token: it');
  if (options.tokenFile !== undefined) return readTokenFile(options.tokenFile, '--token-file');
  if (profile?.tokenFile !== undefined) return readTokenFile(profile.tokenFile, "the profile's token file");
  if (env['HOLDFAST_TOKEN']) return env['HOLDFAST_TOKEN'];
  if (env['HOLDFAST_TOKEN_FILE']) return readTokenFile(env['HOLDFAST_TOKEN_FILE'], 'HOLDFAST_TOKEN_FILE');
  const own = join(homeDir(env), 'admin-token');
  try {
    return await readTokenFile(own, "the standalone's token");
  } catch (error) {
    if (causeCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const causeCode = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause
    ? error.cause.code
    : undefined;

async function readTokenFile(path: string, named: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw unusable(`${named}: cannot read ${path} (${reason(cause)}); check the path and its rights.`, cause);
  }
  return asToken(token, `${named}: ${path}`);
}

/** A header cannot carry other characters, and an error message must not carry the token. */
function asToken(token: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw unusable(`${where} holds no token; it should be one word, hf_…`);
}

const reason = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const unusable = (message: string, cause?: unknown): CliError =>
  new CliError(message, { code: 'invalid_request', title: 'There is no usable token', cause });
