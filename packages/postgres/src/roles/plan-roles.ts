import { quoteIdentifier, quoteLiteral } from '../connection/quote.ts';

export type RolePlan = {
  /** In the order in which they must run; each was made from what was understood, none is the file's own text. */
  readonly statements: readonly string[];
  readonly creates: readonly string[];
  /** Wanted, and the file does not know them. */
  readonly unknown: readonly string[];
  readonly warnings: readonly string[];
};

const IDENTIFIER = /(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)/.source;
const CREATE = new RegExp(`^CREATE ROLE (${IDENTIFIER});$`);
const ALTER = new RegExp(`^ALTER ROLE (${IDENTIFIER}) WITH (.+);$`);
const MEMBER = new RegExp(
  `^GRANT (${IDENTIFIER}) TO (${IDENTIFIER})(?: WITH (.+?))?(?: GRANTED BY ${IDENTIFIER})?;$`,
);
const SETTING = new RegExp(`^ALTER ROLE (${IDENTIFIER}) (?:IN DATABASE ${IDENTIFIER} )?SET `);
const OPTIONS =
  /^(?:(?:NO)?(?:SUPERUSER|INHERIT|CREATEROLE|CREATEDB|LOGIN|REPLICATION|BYPASSRLS)|CONNECTION LIMIT -?\d+|PASSWORD '(?:[^']|'')*'|VALID UNTIL '(?:[^']|'')*')(?: |$)/;
/** What lets a role do all things on the server: never given by a file. */
const POWERS = new Set(['SUPERUSER', 'REPLICATION', 'BYPASSRLS']);

/**
 * What makes the `wanted` roles, by what `pg_dumpall --globals-only` wrote. Roles that are not wanted are left alone, and
 * so are their memberships; so are those in PostgreSQL's own roles (`pg_…`), which give rights. Pure.
 */
export function planRoles(
  globalsSql: string,
  { wanted, existing }: { readonly wanted: readonly string[]; readonly existing: readonly string[] },
): RolePlan {
  const lines = globalsSql.split('\n');
  const known = new Set(matches(lines, CREATE).map(([name = '']) => nameOf(name)));
  const creates = wanted.filter((name) => known.has(name));
  const isCreated = new Set(creates);
  const mayBeJoined = new Set([...creates, ...existing.filter((name) => !name.startsWith('pg_'))]);
  const warnings: string[] = [];

  const options = new Map(
    matches(lines, ALTER).map(([name = '', text = '']) => [nameOf(name), splitOptions(text)] as const),
  );
  const roles = creates.map((name) => {
    const given = options.get(name) ?? [];
    const powers = given.filter((option) => POWERS.has(option));
    if (powers.length > 0)
      warnings.push(
        `The role "${name}" was made without ${powers.join(', ')}; give it that yourself if it shall have it.`,
      );
    const kept = given.filter((option) => !POWERS.has(option));
    return `create role ${quoteIdentifier(name)}${kept.length > 0 ? ` with ${kept.map(rewrite).join(' ')}` : ''}`;
  });
  const memberships = matches(lines, MEMBER)
    .map(([group = '', member = '', rest = '']) => ({ group: nameOf(group), member: nameOf(member), rest }))
    .filter(({ group, member }) => isCreated.has(member) && mayBeJoined.has(group))
    .map(
      ({ group, member, rest }) =>
        `grant ${quoteIdentifier(group)} to ${quoteIdentifier(member)}${/ADMIN (?:OPTION|TRUE)/.test(rest) ? ' with admin option' : ''}`,
    );
  const withSettings = new Set(matches(lines, SETTING).map(([name = '']) => nameOf(name)));
  for (const name of creates.filter((each) => withSettings.has(each)))
    warnings.push(`Settings of the role "${name}" were left out; they stand in the backup's .globals.sql.`);
  return {
    statements: [...roles, ...memberships],
    creates,
    unknown: wanted.filter((name) => !known.has(name)),
    warnings,
  };
}

const matches = (lines: readonly string[], pattern: RegExp): readonly (readonly string[])[] =>
  lines.flatMap((line) => {
    const found = pattern.exec(line);
    return found ? [found.slice(1).map((part) => part ?? '')] : [];
  });

const nameOf = (identifier: string): string =>
  identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;

/** The options that we know, in order; what comes after an unknown one is dropped with it. */
function splitOptions(text: string): readonly string[] {
  const options: string[] = [];
  for (let rest = text; rest !== '';) {
    const [found] = OPTIONS.exec(rest) ?? [];
    if (found === undefined) break;
    options.push(found.trimEnd());
    rest = rest.slice(found.length);
  }
  return options;
}

/** A literal anew: the file's own may carry backslashes that mean more than they say. */
function rewrite(option: string): string {
  const [, keyword, literal] = /^(PASSWORD|VALID UNTIL) '(.*)'$/s.exec(option) ?? [];
  if (keyword === undefined || literal === undefined) return option.toLowerCase();
  return `${keyword.toLowerCase()} ${quoteLiteral(literal.replaceAll("''", "'")).trimStart()}`;
}
