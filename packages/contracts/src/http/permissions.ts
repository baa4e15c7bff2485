/** What a caller may be allowed to do. Every route names exactly one, or says that it is public. */
export const permissions = [
  'backup:create',
  'backup:read',
  'backup:download',
  'backup:restore',
  'backup:delete',
  'backup:validate',
  'run:read',
  'run:cancel',
  'run:retry',
  'history:read',
  'history:rebuild',
  'status:read',
  'schedule:read',
  'schedule:write',
  'retention:read',
  'retention:write',
  'retention:run',
  'notification:read',
  'notification:write',
  'token:read',
  'token:write',
  'audit:read',
  'event:read',
  'dead-letter:read',
  'dead-letter:write',
] as const;
export type Permission = (typeof permissions)[number];

export const roleNames = ['viewer', 'operator', 'admin'] as const;
export type RoleName = (typeof roleNames)[number];

/** Sees what there is and how it goes; no contents of databases, no secrets, no audit. */
const viewer: readonly Permission[] = [
  'backup:read',
  'run:read',
  'history:read',
  'status:read',
  'schedule:read',
  'retention:read',
  'notification:read',
  'event:read',
];

/** The daily work: makes, checks, fetches and restores backups; deletes none, and changes no policy. */
const operator: readonly Permission[] = [
  ...viewer,
  'backup:create',
  'backup:download',
  'backup:restore',
  'backup:validate',
  'run:cancel',
  'run:retry',
  'schedule:write',
  'retention:run',
  'notification:write',
  'dead-letter:read',
];

/** What each role may do. */
export const roles: Readonly<Record<RoleName, readonly Permission[]>> = {
  viewer,
  operator,
  admin: permissions,
};
