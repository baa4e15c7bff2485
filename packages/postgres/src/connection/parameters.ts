/** Parameters of a database URL that libpq knows, and the environment variable that carries each to a child. */
export const PARAMETER_VARIABLES: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslrootcert: 'PGSSLROOTCERT',
  sslcrl: 'PGSSLCRL',
  sslcrldir: 'PGSSLCRLDIR',
  sslsni: 'PGSSLSNI',
  sslnegotiation: 'PGSSLNEGOTIATION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
  require_auth: 'PGREQUIREAUTH',
  gssencmode: 'PGGSSENCMODE',
  krbsrvname: 'PGKRBSRVNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
};

const PLACE_AND_IDENTITY = ['host', 'port', 'user', 'dbname', 'password'];

// What other libraries put into DATABASE_URL. It means nothing to PostgreSQL, and refusing it would refuse the URL
// that the application itself runs with. Everything else is refused: a misspelt sslmode must not go unnoticed.
const OTHERS = [
  'application_name',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'client_encoding',
  'schema',
  'pgbouncer',
  'connection_limit',
  'pool_timeout',
  'pool_size',
  'socket_timeout',
  'statement_cache_size',
  'sslaccept',
  'uselibpqcompat',
];

const known = new Set([...Object.keys(PARAMETER_VARIABLES), ...PLACE_AND_IDENTITY, ...OTHERS]);

export const isKnownParameter = (name: string): boolean => known.has(name);
