/** What a caller may be allowed to do. Every route names exactly one, or says that it is public. */
export const permissions = [
  'backup:create',
  'backup:read',
  'backup:restore',
  'backup:delete',
  'backup:validate',
  'run:read',
  'run:cancel',
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

export const roleNames = ['admin'] as const;
export type RoleName = (typeof roleNames)[number];

/** What each role of an API token may do. */
export const roles: Readonly<Record<RoleName, readonly Permission[]>> = { admin: permissions };
