import { PostgresError } from '../postgres-error.ts';
import { isKnownParameter } from './parameters.ts';

/** One database of one server, and who connects to it. */
export type Target = {
  /** A name, an address, or the folder of a unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  /** libpq's parameters by their names: `sslmode`, `sslrootcert`, `connect_timeout` (seconds), … */
  readonly parameters: Readonly<Record<string, string>>;
};

const DEFAULT_PORT = 5432;

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`, parts percent-encoded; a socket as `?host=/folder`.
 * Absent: host localhost, port 5432, user postgres, database = user. Throws invalid_request, never repeating the text.
 */
export function parseTarget(url: string): Target {
  const match =
    /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<place>[^/?#@]*)(?:\/(?<database>[^?#/]*))?(?:\?(?<query>[^#]*))?$/.exec(
      url,
    );
  if (!match?.groups) {
    throw refuse('it is not of the form postgres://user:password@host:5432/database');
  }
  const { groups } = match;
  const parameters = readParameters(groups['query'] ?? '');
  const {
    host: hostParameter,
    port: portParameter,
    user: userParameter,
    dbname,
    password,
    ...rest
  } = parameters;
  const place = readPlace(groups['place'] ?? '');
  const user = decoded(groups['user'] ?? '', 'user') || userParameter || 'postgres';
  const secret = groups['password'] === undefined ? password : decoded(groups['password'], 'password');
  return {
    host: place.host || hostParameter || 'localhost',
    port: readPort(place.port || portParameter || String(DEFAULT_PORT)),
    user,
    ...(secret === undefined || secret === '' ? {} : { password: secret }),
    database: decoded(groups['database'] ?? '', 'database') || dbname || user,
    parameters: rest,
  };
}

/** For people and logs: `app on db.example:5432`. Holds no secret. */
export function describeTarget(target: Target): string {
  const place = target.host.startsWith('/')
    ? `the socket in ${target.host} (port ${target.port})`
    : `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  return `${target.database} on ${place}`;
}

function readPlace(place: string): { host: string; port: string } {
  const match = /^(?:\[(?<address>[^\]]+)\]|(?<name>[^:[\]]*))(?::(?<port>.*))?$/.exec(place);
  if (!match?.groups)
    throw refuse('host and port cannot be told apart; an IPv6 address stands in [brackets]');
  return {
    host: match.groups['address'] ?? decoded(match.groups['name'] ?? '', 'host'),
    port: match.groups['port'] ?? '',
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw refuse(
      'the port is not a number from 1 to 65535; a password with @, / or : must be percent-encoded',
    );
  }
  return port;
}

function readParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = decoded(at < 0 ? part : part.slice(0, at), 'parameter name');
    if (at < 0 || !isKnownParameter(name)) {
      throw refuse(`"${name.slice(0, 40)}" is no connection parameter; remove it or correct its spelling`);
    }
    parameters[name] = decoded(part.slice(at + 1), name);
  }
  return parameters;
}

function decoded(text: string, what: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch (cause) {
    throw refuse(`its ${what} has a % that begins no percent-encoding; write a plain % as %25`, cause);
  }
  if (/[\0\r\n]/.test(plain)) throw refuse(`its ${what} holds a control character`);
  return plain;
}

const refuse = (reason: string, cause?: unknown): PostgresError =>
  new PostgresError('invalid_request', `The database URL cannot be used: ${reason}.`, { cause });
