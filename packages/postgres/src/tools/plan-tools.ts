import { PostgresError } from '../postgres-error.ts';
import type { Tools } from './tools.ts';

/**
 * The tools for a server of `serverVersion` (`server_version_num`): the smallest major that is not older than it, of
 * that the newest release. Throws tools_missing or server_newer_than_tools with the command that installs them.
 */
export function chooseTools(installed: readonly Tools[], serverVersion: number): Tools {
  const wanted = Math.floor(serverVersion / 10_000);
  if (installed.length === 0) {
    throw new PostgresError(
      'tools_missing',
      `No PostgreSQL client tools (pg_dump, pg_restore, psql, pg_dumpall) were found; run: ${installCommand(wanted)}`,
    );
  }
  const fitting = installed.filter((tools) => tools.major >= wanted).toSorted(byVersion);
  const smallest = fitting[0];
  if (!smallest) {
    const newest = installed.toSorted(byVersion).at(-1);
    throw new PostgresError(
      'server_newer_than_tools',
      `The server is PostgreSQL ${wanted}, the newest installed client tools are ${newest?.version}; run: ${installCommand(wanted)}`,
    );
  }
  return fitting.findLast((tools) => tools.major === smallest.major) ?? smallest;
}

/** Oldest first. */
export function byVersion(one: Tools, other: Tools): number {
  return one.major - other.major || minorOf(one) - minorOf(other);
}

const minorOf = (tools: Tools): number => Number.parseInt(tools.version.split('.')[1] ?? '0', 10) || 0;

const installCommand = (major: number): string =>
  `apt-get install -y postgresql-client-${major} (not in your release? first: apt-get install -y postgresql-common && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y)`;
