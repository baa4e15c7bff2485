import type { Migration } from './migration.ts';
import { runs } from './0001-runs.ts';
import { backups } from './0002-backups.ts';
import { projection } from './0003-projection.ts';
import { activity } from './0004-activity.ts';
import { audit } from './0005-audit.ts';
import { happenings } from './0006-happenings.ts';

/** In their order. Append only: what a release has applied somewhere stays as it is. */
export const allMigrations: readonly Migration[] = [runs, backups, projection, activity, audit, happenings];
