import { z } from 'zod';
import { compressionSchema, validationLevelSchema } from './backup.ts';
import { durationSchema } from './duration.ts';
import { sizeSchema } from './size.ts';

/** A switch: true/false, 1/0, yes/no, on/off. */
const flag = z.stringbool();
const count = z.coerce.number().int().positive();
/** Words separated by commas. */
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])));

type Setting = {
  readonly schema: z.ZodType;
  readonly doc: string;
  /** Redacted wherever it is printed; may also come as `<NAME>_FILE`. */
  readonly secret?: boolean;
  /** An older spelling; the name here wins, and a warning is logged when both are set. */
  readonly older?: string;
};

/** Every setting of every service, once: services pick from it, the reference is generated from it. */
export const settings = {
  HOLDFAST_HOME: {
    schema: z.string().default('.holdfast'),
    doc: 'Folder of the standalone: private servers, credentials, admin token.',
  },
  HOLDFAST_HOST: { schema: z.string().default('127.0.0.1'), doc: 'Address the gateway listens on.' },
  HOLDFAST_PORT: {
    schema: z.coerce.number().int().min(0).max(65535).default(8484),
    doc: 'Port of the gateway.',
  },
  HOLDFAST_LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    doc: 'Least severity that is logged.',
  },
  HOLDFAST_LOG_FILE: {
    schema: z.string().optional(),
    doc: 'A file for the log, instead of standard output.',
  },
  HOLDFAST_METRICS_PORT: {
    schema: z.coerce.number().int().min(0).max(65535).default(0),
    doc: 'Port for /healthz, /readyz and /metrics, without a token; 0: none.',
  },
  HOLDFAST_METRICS_HOST: {
    schema: z.string().default('127.0.0.1'),
    doc: 'Address of that port; in a container `0.0.0.0`.',
  },
  HOLDFAST_ADMIN_TOKEN_FILE: {
    schema: z.string().optional(),
    doc: 'Where the first admin token is written once, 0600.',
  },
  HOLDFAST_TLS_CERT_FILE: {
    schema: z.string().optional(),
    doc: 'Certificate chain (PEM): the gateway speaks HTTPS itself. With HOLDFAST_TLS_KEY_FILE.',
  },
  HOLDFAST_TLS_KEY_FILE: { schema: z.string().optional(), doc: "The certificate's private key (PEM)." },
  HOLDFAST_TRUSTED_PROXIES: {
    schema: list,
    doc: 'Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas. Without them the address of a caller is that of his connection.',
  },
  HOLDFAST_CORS_ORIGINS: {
    schema: list,
    doc: 'Origins (`https://console.example.com`) whose pages may call the gateway, separated by commas; without them none.',
  },
  HOLDFAST_RATE_LIMIT: {
    schema: z.coerce.number().int().min(0).default(6_000),
    doc: 'Requests a minute for each credential, and twice as many for each address, by each gateway; 0: no limit.',
  },
  HOLDFAST_EVENT_STREAMS: {
    schema: z.coerce.number().int().min(1).default(2_000),
    doc: 'Event streams (`GET /api/v1/events`) open at the same time, by each gateway.',
  },
  AUTH_JWT_ALGORITHM: {
    schema: z.enum(['HS256', 'RS256', 'ES256']).optional(),
    doc: "The one signature algorithm that is taken; absent: HS256 with AUTH_JWT_SECRET, RS256 with AUTH_JWKS_URL. A token's own word for it is never believed.",
  },
  AUTH_JWT_SECRET: {
    schema: z.string().optional(),
    secret: true,
    doc: 'Secret of HS256, at least 32 bytes.',
  },
  AUTH_JWKS_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    doc: 'Where the public keys of RS256 or ES256 are; cached, and fetched again when a key is not among them. Needs AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE.',
  },
  AUTH_JWT_ISSUER: { schema: z.string().optional(), doc: 'What `iss` of a JWT must be.' },
  AUTH_JWT_AUDIENCE: { schema: z.string().optional(), doc: 'What `aud` of a JWT must be or hold.' },
  AUTH_JWT_ROLE_CLAIM: {
    schema: z.string().default('role'),
    doc: 'The claim that says what somebody is, with dots into objects: `realm_access.roles`. A word or a list.',
  },
  AUTH_JWT_ROLES: {
    schema: z
      .string()
      .regex(/^[^=,]+=(viewer|operator|admin)(,[^=,]+=(viewer|operator|admin))*$/)
      .default('admin=admin,operator=operator,viewer=viewer'),
    doc: 'Words of that claim and our roles for them: `superuser=admin,staff=viewer`. Others have no permission.',
  },
  AUTH_JWT_NAME_CLAIM: {
    schema: z.string().default('sub'),
    doc: 'The claim that names somebody in runs, audit and log.',
  },
  AUTH_JWT_CLOCK_TOLERANCE: {
    schema: durationSchema.default(30_000),
    doc: 'How far the clocks of issuer and gateway may be apart.',
  },
  NATS_URL: { schema: z.string().default('nats://127.0.0.1:4222'), doc: 'NATS servers, comma-separated.' },
  NATS_CREDS_FILE: {
    schema: z.string().optional(),
    doc: "A .creds file or an nkey seed: this service's own user on the bus.",
  },
  EVENTS_PREFIX: {
    schema: z
      .string()
      .regex(/^[a-z0-9_-]*$/)
      .default(''),
    doc: 'Token before every subject on a shared bus.',
  },
  NATS_REPLICAS: {
    schema: count.max(5).default(1),
    doc: 'Copies of each stream and bucket: 3 in a cluster of three NATS nodes.',
  },
  EVENTS_MAX_AGE: { schema: durationSchema.default(365 * 86_400_000), doc: 'How long events are kept.' },
  HISTORY_DATABASE_URL: { schema: z.string(), secret: true, doc: "History's own PostgreSQL." },
  DATABASE_URL: {
    schema: z.string().optional(),
    secret: true,
    doc: 'The one database to back up, when BACKUP_DATABASES is not set.',
  },
  BACKUP_DATABASES: {
    schema: z.string().optional(),
    secret: true,
    doc: 'Databases to back up: `id=postgres://…` entries, or @path of a file with them. `postgres://host/*` is every database of that server, new ones as they appear.',
  },
  BACKUP_DATABASES_INCLUDE: {
    schema: z.string().optional(),
    doc: 'With `*`: names to take, as patterns with * and ?, separated by commas.',
  },
  BACKUP_DATABASES_EXCLUDE: {
    schema: z.string().optional(),
    doc: 'With `*`: names to leave out.',
  },
  BACKUP_DIR: { schema: z.string().default('backups'), doc: 'Folder of the repository.' },
  BACKUP_DESTINATIONS: {
    schema: z.string().optional(),
    doc: 'Where backups go, as URLs (`file:///path`, `s3://bucket/prefix?region=…&endpoint=…`), separated by spaces; the first is primary, the others get copies. Events and logs call a place by an id made from its URL, or by a name of yours: `offsite=s3://…`. Wins over BACKUP_STORAGE_TYPE and BACKUP_DIR.',
  },
  BACKUP_STORAGE_TYPE: {
    schema: z.enum(['local', 's3', 'azure']).optional(),
    doc: 'local (BACKUP_DIR) or s3 (BACKUP_S3_BUCKET).',
  },
  BACKUP_S3_BUCKET: { schema: z.string().optional(), doc: 'Bucket, with BACKUP_STORAGE_TYPE=s3.' },
  BACKUP_S3_PREFIX: { schema: z.string().optional(), doc: 'What the keys in the bucket begin with.' },
  BACKUP_S3_REGION: { schema: z.string().optional(), doc: "The bucket's region." },
  BACKUP_S3_ENDPOINT: {
    schema: z.string().optional(),
    doc: 'A server that speaks S3 and is not AWS, `https://host:port`.',
  },
  BACKUP_S3_PATH_STYLE: {
    schema: flag.optional(),
    doc: 'Whether the bucket stands in the path instead of the host name.',
  },
  BACKUP_S3_STORAGE_CLASS: { schema: z.string().optional(), doc: 'Storage class of what is written.' },
  BACKUP_MAX_RATE: {
    schema: sizeSchema.optional(),
    doc: 'Bytes a second to and from each destination, for example `50MB`.',
  },
  BACKUP_FOREIGN_MAX_SIZE: {
    schema: sizeSchema.default(1e12),
    doc: 'How much a file that we did not make may unpack to; a small one can be made to expand without end.',
  },
  BACKUP_UPLOAD_MAX_SIZE: {
    schema: sizeSchema.default(10e9),
    doc: 'How large an uploaded file may be.',
  },
  BACKUP_COMPRESSION_ENABLED: {
    schema: flag.default(true),
    older: 'BACKUP_COMPRESS',
    doc: 'Compress backups.',
  },
  BACKUP_COMPRESSION: { schema: compressionSchema.default('zstd'), doc: 'Codec: zstd, gzip or none.' },
  BACKUP_COMPRESSION_LEVEL: {
    schema: z.coerce.number().int().min(1).max(9).default(6),
    doc: "The seed's 1 to 9; 6 is zstd's default level 3, 9 is zstd 9.",
  },
  BACKUP_ENCRYPT: {
    schema: flag.optional(),
    doc: 'Encrypt backups; default: when a key or recipients are configured.',
  },
  BACKUP_ENCRYPTION_KEY: {
    schema: z.string().min(1).optional(),
    secret: true,
    doc: 'A passphrase. It protects the key that is made once and kept in the repository as repository.key.age.',
  },
  BACKUP_AGE_RECIPIENTS: {
    schema: z.string().optional(),
    doc: 'Public keys (`age1…`) that backups are encrypted to, separated by commas or spaces.',
  },
  BACKUP_AGE_IDENTITY_FILE: {
    schema: z.string().optional(),
    doc: 'A file with private age keys: what reads encrypted backups.',
  },
  BACKUP_INDEX_KEY_FILE: {
    schema: z.string().optional(),
    doc: 'A file (mode 0600) with 32 random bytes in base64 or hex, for a process that has public keys alone: it then makes incrementals of chunks that did not change at all, where it otherwise makes fulls. An update all over a table stores that table again.',
  },
  BACKUP_INCLUDE_ROLE_PASSWORDS: {
    schema: flag.default(false),
    doc: "Keep the hashes of roles' passwords in the roles beside a backup; needs a superuser or pg_read_all_data.",
  },
  BACKUP_PARALLEL_JOBS: {
    schema: count.max(64).default(1),
    doc: 'Sessions that dump or restore one database at once. More than 1 needs scratch space, up to the size of the dump.',
  },
  BACKUP_MAX_CHAIN: {
    schema: count.max(200).default(14),
    doc: 'How many backups may build one on another, the full included; then a full is made.',
  },
  BACKUP_VALIDATE_AFTER_BACKUP: {
    schema: flag
      .transform((on) => (on ? ('structure' as const) : ('none' as const)))
      .or(validationLevelSchema)
      .or(z.literal('none'))
      .default('structure'),
    older: 'BACKUP_VALIDATE_AFTER',
    doc: 'true (structure), false, or a level.',
  },
  BACKUP_VALIDATE_BEFORE_RESTORE: {
    schema: flag.default(true),
    doc: 'Validate an archive to its end before a restore touches anything.',
  },
  BACKUP_MAX_RETRIES: {
    schema: z.coerce.number().int().min(0).default(3),
    doc: 'How often a failed attempt is tried again.',
  },
  BACKUP_RETRY_WAIT: { schema: durationSchema.default(30_000), doc: 'Wait before trying again.' },
  BACKUP_STALL_TIMEOUT: {
    schema: durationSchema.default(300_000),
    doc: 'How long pg_dump may send nothing while we wait for it.',
  },
  BACKUP_LOCK_TIMEOUT: {
    schema: durationSchema.default(60_000),
    doc: 'How long a dump waits for a table lock.',
  },
  BACKUP_RESTORE_KEEP: {
    schema: durationSchema.default(24 * 3_600_000),
    doc: 'How long the previous content is kept beside a swapped database.',
  },
  BACKUP_DRILL_URL: {
    schema: z.string().optional(),
    secret: true,
    doc: 'A scratch PostgreSQL server for drills, instead of a throw-away cluster.',
  },
  BACKUP_DRILL_ON_SOURCE: {
    schema: flag.default(false),
    doc: 'Whether BACKUP_DRILL_URL may be the server that a backup is from.',
  },
  BACKUP_DRILL_USER: {
    schema: z.string().optional(),
    doc: 'OS user of the throw-away cluster, when the validator runs as root.',
  },
  BACKUP_SCRATCH_DIR: {
    schema: z.string().optional(),
    doc: "Folder for temporary data; default: the system's.",
  },
  MAX_CONCURRENT_BACKUPS: {
    schema: count.default(2),
    doc: 'Backups that go at the same time, in all and on each worker; the others wait.',
  },
  MAX_CONCURRENT_BACKUPS_PER_SERVER: {
    schema: count.default(1),
    doc: 'Backups that go at the same time from one PostgreSQL server.',
  },
  BACKUP_ENABLED: {
    schema: flag.default(true),
    doc: 'Whether schedules fire at all. Backups that somebody asks for are made all the same.',
  },
  AUTO_BACKUP_ENABLED: {
    schema: flag.default(false),
    doc: 'Have a schedule `default` of BACKUP_INTERVAL and BACKUP_TIME for all databases.',
  },
  BACKUP_INTERVAL: { schema: z.string().default('24h'), doc: "The default schedule's rule: a duration." },
  BACKUP_TIME: {
    schema: z.string().default('03:00'),
    doc: 'Time of day of the default schedule when BACKUP_INTERVAL is 24h, in BACKUP_TIMEZONE.',
  },
  BACKUP_TIMEZONE: {
    schema: z.string().default('UTC'),
    doc: 'IANA zone of the default schedule and of days, weeks and months in retention.',
  },
  BACKUP_SCHEDULES_FILE: {
    schema: z.string().optional(),
    doc: 'A YAML file of schedules; it is followed, and what it declares is changed there alone.',
  },
  BACKUP_HOOKS_FILE: {
    schema: z.string().optional(),
    doc: 'A YAML file of commands before and after backups and restores, run where the job runs.',
  },
  BACKUP_RETENTION_DAYS: {
    schema: z.coerce.number().positive().default(30),
    doc: 'Older backups go, unless protected.',
  },
  BACKUP_MAX_BACKUPS: {
    schema: count.default(100),
    older: 'BACKUP_MAX_COUNT',
    doc: 'So many backups of a database stay, unless more are protected.',
  },
  BACKUP_MAX_TOTAL_SIZE: {
    schema: sizeSchema.optional(),
    doc: 'So much may the backups of a database take at one destination.',
  },
  BACKUP_RETENTION_FILE: {
    schema: z.string().optional(),
    doc: 'A YAML file of retention policies by database pattern; they replace BACKUP_RETENTION_DAYS and BACKUP_MAX_BACKUPS.',
  },
  BACKUP_RETENTION_GRACE: {
    schema: durationSchema.default(0),
    doc: 'Between a plan and its carrying out, so that somebody can pin what must stay.',
  },
  BACKUP_SAFETY_KEEP: {
    schema: durationSchema.default(7 * 86_400_000),
    doc: 'How long a safety backup is protected.',
  },
  BACKUP_ORPHAN_GRACE: {
    schema: durationSchema.default(2 * 86_400_000),
    doc: 'How old an unfinished upload or data without a manifest must be before it is removed.',
  },
  BACKUP_STORAGE_WARN_PERCENT: {
    schema: z.coerce.number().min(1).max(100).default(80),
    doc: 'Warn when a destination is so full.',
  },
  BACKUP_STORAGE_CRITICAL_PERCENT: {
    schema: z.coerce.number().min(1).max(100).default(95),
    doc: 'Critical when a destination is so full; no backup is begun that would get there, unless forced, and no copy.',
  },
  BACKUP_STORAGE_QUOTA: {
    schema: sizeSchema.optional(),
    doc: 'How much all backups may take at a destination: what percent is counted of where the storage itself has no end.',
  },
  BACKUP_DRILL_EVERY: {
    schema: durationSchema.default(7 * 86_400_000),
    doc: 'Each database has a backup that was proven by a drill at most so long ago; 0: only when asked or scheduled.',
  },
  BACKUP_DRILL_AFTER_FULL: {
    schema: flag.default(false),
    doc: 'Drill after each full backup.',
  },
  BACKUP_DRILL_CHECKS: {
    schema: z.string().optional(),
    doc: 'A folder of SQL files (`*.sql`, or `<database>/*.sql`), each must return true in a drill.',
  },
  BACKUP_DRILL_CONCURRENCY: { schema: count.default(1), doc: 'Drills at the same time on one validator.' },
  BACKUP_DRILL_TIMEOUT: {
    schema: durationSchema.default(6 * 3_600_000),
    doc: 'A drill that takes longer ends.',
  },
  BACKUP_DRILL_AMCHECK: { schema: flag.default(false), doc: 'Check the indexes in a drill with amcheck.' },
  BACKUP_FINGERPRINT_CONTENT: {
    schema: flag.default(false),
    doc: "Put a hash over each table's rows in the fingerprint; costs a second read of the data.",
  },
  BACKUP_FINGERPRINT_MAX_TABLE: {
    schema: sizeSchema.optional(),
    doc: 'Larger tables are not counted but estimated; such a backup is never proven.',
  },
  BACKUP_VERIFY_CYCLE: {
    schema: durationSchema.default(30 * 86_400_000),
    doc: 'Every byte of the repository is read and hashed once in this time; 0: never by itself.',
  },
  BACKUP_VERIFY_MAX_RATE: {
    schema: sizeSchema.default(50e6),
    doc: 'Bytes a second that this reads at most.',
  },
  BACKUP_ANOMALY_FACTOR: {
    schema: z.coerce.number().min(1.1).default(3),
    doc: 'A backup whose size, rows or duration differ by this factor from the last ones is told of.',
  },
  BACKUP_NOTIFY_SUCCESS: { schema: flag.default(true), doc: 'Tell of backups that succeeded.' },
  BACKUP_NOTIFY_FAILURE: { schema: flag.default(true), doc: 'Tell of what failed.' },
  BACKUP_SLACK_WEBHOOK_URL: {
    schema: z.string().optional(),
    secret: true,
    doc: "Slack's incoming webhook.",
  },
  BACKUP_WEBHOOK_URL: {
    schema: z.string().optional(),
    secret: true,
    doc: 'A webhook that gets every notification.',
  },
  BACKUP_WEBHOOK_SECRET: {
    schema: z.string().optional(),
    secret: true,
    doc: 'Key of the signature, `whsec_` and base64, after the Standard Webhooks specification.',
  },
  BACKUP_WEBHOOK_HEADERS: {
    schema: z.string().optional(),
    secret: true,
    doc: 'Further headers of the webhook, `Name: value`, one a line.',
  },
  BACKUP_WEBHOOK_ALLOW_PRIVATE: {
    schema: flag.default(false),
    doc: 'Whether webhooks may go to private, loopback and link-local addresses.',
  },
  BACKUP_NOTIFICATION_EMAIL: {
    schema: z.string().optional(),
    doc: 'Addresses that get mail, separated by commas.',
  },
  SMTP_URL: {
    schema: z.string().optional(),
    secret: true,
    doc: '`smtps://user:password@host` or `smtp://host:587`.',
  },
  SMTP_FROM: { schema: z.string().default('Holdfast <holdfast@localhost>'), doc: 'Sender of the mail.' },
  BACKUP_NOTIFICATION_ROUTES_FILE: {
    schema: z.string().optional(),
    doc: 'A YAML file: channels, and which events go to which of them.',
  },
  BACKUP_NOTIFICATION_TEMPLATES: {
    schema: z.string().optional(),
    doc: 'A folder of templates that replace ours.',
  },
  BACKUP_NOTIFICATION_REMIND: {
    schema: durationSchema.default(24 * 3_600_000),
    doc: 'A problem that lasts is told again after this time; 0: never.',
  },
  BACKUP_NOTIFICATION_MAX_ATTEMPTS: {
    schema: count.default(10),
    doc: 'Then a notification is a dead letter.',
  },
  BACKUP_ABSENCE_TOLERANCE: {
    schema: durationSchema.default(2 * 3_600_000),
    doc: 'How late an expected backup may be before its absence is told, where the schedule says nothing.',
  },
  BACKUP_HEARTBEAT_URLS: {
    schema: z.string().optional(),
    secret: true,
    doc: '`<schedule>=https://…` entries: pinged at start, success and failure, as healthchecks.io wants it.',
  },
  NOTIFIER_STATE_DIR: {
    schema: z.string().optional(),
    doc: "The notifier's own memory of what is expected; default: under HOLDFAST_HOME. Replicas on one machine take folders of their own in it.",
  },
  CONSOLE_URL: {
    schema: z.string().optional(),
    doc: 'Where people open the console: links in notifications.',
  },
  WORKER_ROLES: {
    schema: z.string().default('backup,restore,copy'),
    doc: 'What this worker does: backup, restore, copy.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** Which databases there are. */
export const databaseSettingNames = [
  'DATABASE_URL',
  'BACKUP_DATABASES',
  'BACKUP_DATABASES_INCLUDE',
  'BACKUP_DATABASES_EXCLUDE',
] as const satisfies readonly SettingName[];

/** What a process needs that opens the repository. */
export const storageSettingNames = [
  'BACKUP_DIR',
  'BACKUP_DESTINATIONS',
  'BACKUP_STORAGE_TYPE',
  'BACKUP_S3_BUCKET',
  'BACKUP_S3_PREFIX',
  'BACKUP_S3_REGION',
  'BACKUP_S3_ENDPOINT',
  'BACKUP_S3_PATH_STYLE',
  'BACKUP_S3_STORAGE_CLASS',
  'BACKUP_MAX_RATE',
  'BACKUP_FOREIGN_MAX_SIZE',
] as const satisfies readonly SettingName[];

/** What it needs besides to write or read encrypted backups. */
export const keySettingNames = [
  'BACKUP_ENCRYPT',
  'BACKUP_ENCRYPTION_KEY',
  'BACKUP_AGE_RECIPIENTS',
  'BACKUP_AGE_IDENTITY_FILE',
  'BACKUP_INDEX_KEY_FILE',
] as const satisfies readonly SettingName[];

/** What limits how full a destination may become. */
export const spaceSettingNames = [
  'BACKUP_STORAGE_WARN_PERCENT',
  'BACKUP_STORAGE_CRITICAL_PERCENT',
  'BACKUP_STORAGE_QUOTA',
] as const satisfies readonly SettingName[];

/** Who may speak with the gateway, from where, and how fast. */
export const accessSettingNames = [
  'HOLDFAST_TLS_CERT_FILE',
  'HOLDFAST_TLS_KEY_FILE',
  'HOLDFAST_TRUSTED_PROXIES',
  'HOLDFAST_CORS_ORIGINS',
  'HOLDFAST_RATE_LIMIT',
  'HOLDFAST_EVENT_STREAMS',
  'AUTH_JWT_ALGORITHM',
  'AUTH_JWT_SECRET',
  'AUTH_JWKS_URL',
  'AUTH_JWT_ISSUER',
  'AUTH_JWT_AUDIENCE',
  'AUTH_JWT_ROLE_CLAIM',
  'AUTH_JWT_ROLES',
  'AUTH_JWT_NAME_CLAIM',
  'AUTH_JWT_CLOCK_TOLERANCE',
] as const satisfies readonly SettingName[];

/** What every service other than the gateway needs. */
export const serviceSettingNames = [
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_METRICS_HOST',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_LOG_FILE',
] as const satisfies readonly SettingName[];

/** What decides how a backup is made. */
export const backupSettingNames = [
  'BACKUP_COMPRESSION_ENABLED',
  'BACKUP_COMPRESSION',
  'BACKUP_COMPRESSION_LEVEL',
  'BACKUP_INCLUDE_ROLE_PASSWORDS',
  'BACKUP_PARALLEL_JOBS',
  'BACKUP_SCRATCH_DIR',
  'BACKUP_MAX_CHAIN',
  'BACKUP_LOCK_TIMEOUT',
  'BACKUP_STALL_TIMEOUT',
  'BACKUP_FINGERPRINT_CONTENT',
  'BACKUP_FINGERPRINT_MAX_TABLE',
] as const satisfies readonly SettingName[];

/** A zod object of the named settings, for one service's config. */
export function pickSettings<const N extends readonly SettingName[]>(
  ...names: N
): z.ZodObject<{ [K in N[number]]: (typeof settings)[K]['schema'] }> {
  const shape = Object.fromEntries(names.map((name) => [name, settings[name].schema]));
  return z.object(shape) as unknown as z.ZodObject<{ [K in N[number]]: (typeof settings)[K]['schema'] }>; // fromEntries forgets the keys
}

const declared: readonly (readonly [string, Setting])[] = Object.entries(settings);

/** name → the older spelling that some deployments carry. */
export const olderSpellings: Readonly<Record<string, string>> = Object.fromEntries(
  declared.flatMap(([name, { older }]) => (older === undefined ? [] : [[name, older]])),
);

/** Settings that may come as `<NAME>_FILE` and are never printed. */
export const secretSettings: readonly string[] = declared
  .filter(([, { secret }]) => secret)
  .map(([name]) => name);
