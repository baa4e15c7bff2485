import type {
  AuditChange,
  BackupChange,
  HappeningChange,
  RestoreChange,
  RewrapChange,
  RunChange,
  ValidationChange,
} from '@holdfast/database';

/** What an event changes in the read model. */
export type RowChange =
  | { readonly table: 'runs'; readonly change: RunChange }
  | { readonly table: 'restores'; readonly change: RestoreChange }
  | { readonly table: 'backups'; readonly change: BackupChange }
  | { readonly table: 'rewrapped'; readonly change: RewrapChange }
  | { readonly table: 'validations'; readonly change: ValidationChange }
  | { readonly table: 'audit'; readonly change: AuditChange }
  | { readonly table: 'happenings'; readonly change: HappeningChange };
