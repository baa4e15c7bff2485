/**
 * Extensions that a drill may make as superuser beforehand. Trusted ones are not here: the unprivileged owner makes
 * them itself. Anything else needs a reason: its C code runs in the scratch server.
 */
const ALLOWED_EXTENSIONS = new Set([
  'postgis',
  'postgis_topology',
  'postgis_raster',
  'vector',
  'pg_stat_statements',
  'pg_buffercache',
  'postgres_fdw',
  'file_fdw',
  'timescaledb',
  'pg_cron',
  'pgrouting',
  'hypopg',
  'pg_repack',
  'amcheck',
  'pageinspect',
  'dblink',
  'bloom',
  'earthdistance',
  'xml2',
  'intagg',
  'refint',
  'autoinc',
  'insert_username',
  'moddatetime',
  'sslinfo',
  'pgrowlocks',
  'pgstattuple',
  'pg_visibility',
  'pg_freespacemap',
]);

export type PlannedExtensions = {
  /** To be made by the superuser. */
  readonly toMake: readonly string[];
  /** Why one cannot be, as clauses. */
  readonly obstacles: readonly string[];
};

/** `available`: name → whether it is trusted, of those that the scratch server has. */
export function planExtensions(
  wanted: readonly string[],
  available: ReadonlyMap<string, boolean>,
): PlannedExtensions {
  const names = wanted.filter((name) => name !== 'plpgsql' && available.get(name) !== true);
  return {
    toMake: names.filter((name) => available.has(name) && ALLOWED_EXTENSIONS.has(name)),
    obstacles: names.flatMap((name) => {
      if (!available.has(name)) return [`"${name}" is not installed on the scratch server`];
      return ALLOWED_EXTENSIONS.has(name) ? [] : [`"${name}" is not among those that a drill may make`];
    }),
  };
}
