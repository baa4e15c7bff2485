import { createClient } from '@holdfast/client';
import { CliError } from '../cli-error.ts';
import type { ServerConnection } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { chosenProfile } from '../profiles/chosen-profile.ts';
import { quickFetch } from './quick-fetch.ts';
import { readToken } from './read-token.ts';

const DEFAULT_URL = 'http://127.0.0.1:8484';

/** A client for the server that the flags or HOLDFAST_URL name. Nothing is sent yet. */
export async function openServer(
  options: GlobalOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServerConnection> {
  const profile = await chosenProfile(options, env);
  const url = options.url ?? profile?.url ?? (env['HOLDFAST_URL'] || DEFAULT_URL);
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new CliError(`"${url}" is no http:// or https:// address; write for example ${DEFAULT_URL}.`, {
      code: 'invalid_request',
      title: 'The server cannot be asked',
    });
  }
  return {
    kind: 'server',
    client: createClient({ url, token: await readToken(options, env, profile), fetch: quickFetch }),
    place: url,
    close: () => Promise.resolve(),
  };
}
