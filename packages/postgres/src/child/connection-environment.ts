import { PARAMETER_VARIABLES } from '../connection/parameters.ts';
import type { Target } from '../connection/target.ts';
import { writePassFile } from './pass-file.ts';

export type ChildEnvironment = Readonly<Record<string, string>>;

/** What every child gets, and one without a server gets alone: messages that can be told apart. */
export const BARE_ENVIRONMENT: ChildEnvironment = { LC_ALL: 'C' };

const CONNECT_TIMEOUT_SECONDS = '10';

/** `release` removes the password file; call it when the child is gone. */
export type ConnectionEnvironment = { readonly variables: ChildEnvironment; release(): void };

/**
 * What leads libpq to `target`: the connection and nothing of ours, the password in a file. An administrator's own
 * PGPASSFILE and PGPASSWORD count when the target has no password.
 */
export function connectionEnvironment(target: Target, applicationName: string): ConnectionEnvironment {
  const password = target.password ?? process.env['PGPASSWORD'];
  const passFile = password === undefined ? undefined : writePassFile(password);
  const path = passFile?.path ?? process.env['PGPASSFILE'];
  const parameters = Object.entries(target.parameters).flatMap(([name, value]) => {
    const variable = PARAMETER_VARIABLES[name];
    return variable === undefined ? [] : [[variable, value] as const];
  });
  const variables = {
    ...BARE_ENVIRONMENT,
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGUSER: target.user,
    PGDATABASE: target.database,
    PGAPPNAME: applicationName,
    PGCONNECT_TIMEOUT: CONNECT_TIMEOUT_SECONDS,
    ...(path === undefined ? {} : { PGPASSFILE: path }),
    ...Object.fromEntries(parameters),
  };
  return { variables, release: () => passFile?.remove() };
}
