import type { Finding } from './finding.ts';
import { ok } from './finding.ts';

/** What the account that dumps may do in one database. */
export type PrivilegeSign = {
  readonly user: string;
  readonly isSuperuser: boolean;
  /** Tables, sequences and schemas that it cannot read, the first few by name. */
  readonly unreadable: readonly string[];
  readonly unreadableCount: number;
  /** Tables whose rows row-level security hides from it. */
  readonly hidden: readonly string[];
  readonly hiddenCount: number;
  readonly largeObjectsUnreadable: number;
  /** The server's clock less ours. */
  readonly clockOffsetMs: number;
};

export function judgePrivileges(id: string, sign: PrivilegeSign): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (detail: string, mend: string): void => {
    findings.push({
      check: 'privileges',
      subject: id,
      outcome: 'critical',
      code: 'insufficient_privilege',
      detail,
      mend,
    });
  };
  const { user } = sign;
  if (sign.unreadableCount > 0)
    add(
      `${user} cannot read ${someOf(sign.unreadable, sign.unreadableCount)}: every backup would fail`,
      `GRANT pg_read_all_data TO ${user}; (PostgreSQL 13: GRANT USAGE on the schemas and SELECT on what is in them)`,
    );
  if (sign.hiddenCount > 0)
    add(
      `row-level security hides rows of ${someOf(sign.hidden, sign.hiddenCount)} from ${user}: every backup would fail`,
      `ALTER ROLE ${user} BYPASSRLS;`,
    );
  if (sign.largeObjectsUnreadable > 0)
    add(
      `${user} cannot read ${sign.largeObjectsUnreadable} large objects`,
      `GRANT SELECT ON LARGE OBJECT … TO ${user}; for each, or let their owner make the backups`,
    );
  if (findings.length > 0) return findings;
  return [ok('privileges', `${user} reads everything${sign.isSuperuser ? ', as superuser' : ''}`, id)];
}

const someOf = (names: readonly string[], count: number): string =>
  `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
