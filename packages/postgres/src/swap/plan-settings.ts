import { quoteIdentifier, quoteLiteral } from '../connection/quote.ts';

/** Parameters that hold a list of names; PostgreSQL keeps them quoted already, and wants one literal per name. */
const LISTS = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** `SET …` for one element of `pg_db_role_setting.setconfig` (`name=value`), to stand behind ALTER DATABASE or ALTER ROLE. */
export function settingClause(element: string): string {
  const at = element.indexOf('=');
  const name = element.slice(0, at);
  const value = element.slice(at + 1);
  // A parameter's name may have a dot, which is no part of an identifier.
  const quotedName = name.split('.').map(quoteIdentifier).join('.');
  const values = LISTS.has(name.toLowerCase()) ? splitNames(value) : [value];
  return `set ${quotedName} to ${values.map(quoteLiteral).join(', ') || "''"}`;
}

/** `"$user", public` → `$user` and `public`; unquoted names count in lower case, as PostgreSQL reads them. */
export function splitNames(list: string): readonly string[] {
  const names = list.matchAll(/"((?:[^"]|"")*)"|([^",\s]+)/g);
  return [...names].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare?.toLowerCase() ?? '');
}

export type Grant = {
  readonly grantee: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
};

/** What gives `database` exactly these grants (`grantee` null: PUBLIC), whatever it had. */
export function grantStatements(
  database: string,
  owner: string,
  grants: readonly Grant[],
): readonly string[] {
  const on = `on database ${quoteIdentifier(database)}`;
  return [
    `revoke all ${on} from public`,
    `revoke all ${on} from ${quoteIdentifier(owner)}`,
    ...grants.map(
      ({ grantee, privilege, grantable }) =>
        `grant ${privilege} ${on} to ${grantee === null ? 'public' : quoteIdentifier(grantee)}${grantable ? ' with grant option' : ''}`,
    ),
  ];
}
