import {
  HoldfastError,
  isForeign,
  scheduleSchema,
  type ErrorCode,
  type OperationId,
  type Permission,
} from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Caller } from './caller.ts';
import { routeScopes, type About, type Input } from './route-scopes.ts';
import { may } from './scopes.ts';

type Needs = Pick<GatewayDependencies, 'repository' | 'runs' | 'history' | 'bus'>;

export type Asked = {
  readonly operation: OperationId;
  readonly permission: Permission;
  readonly caller: Caller;
  readonly input: Input;
};

/**
 * Whether a caller may do it with what the request is about. What he may not see looks as if it were not there; a database
 * that he names himself is refused by its name.
 */
export async function checkScope(
  needs: Needs,
  { operation, permission, caller, input }: Asked,
): Promise<void> {
  // Most callers: nothing is to be looked up.
  if (may(caller, permission, undefined)) return;
  const about: About = routeScopes[operation] ?? { kind: 'system' };
  const mayWith = (database: string | undefined): boolean => may(caller, permission, database);
  const needsAll = (): never => {
    const what = `${operation} is about every database`;
    throw new HoldfastError('forbidden', `${what}, and ${caller.name} may do it with some alone.`);
  };
  const mustMay = (database: string | undefined): void => {
    if (database === undefined || database === '') needsAll();
    if (!mayWith(database)) {
      throw new HoldfastError('forbidden', `${caller.name} may not do ${operation} with "${database}".`);
    }
  };
  switch (about.kind) {
    case 'own':
    case 'list':
      return;
    case 'system':
      return needsAll();
    case 'database':
      return mustMay(textOf(input[about.field]));
    case 'backup': {
      const filename = textOf(input['filename']) ?? '';
      const found = await lookUp(needs.repository, filename);
      if (!mayWith(isForeign(found) ? found.database : found.backup.database))
        hide('backup_not_found', filename);
      const target = textOf(input['database']);
      if (target !== undefined) mustMay(target);
      return;
    }
    case 'run': {
      const id = textOf(input['run']) ?? '';
      const record = (await needs.runs.get(id)) ?? (await needs.history.findRun(id));
      if (!record || !mayWith(record.database)) hide('run_not_found', id);
      return;
    }
    case 'schedule': {
      const id = textOf(input['schedule']) ?? '';
      const bucket = await needs.bus.bucket('schedules', scheduleSchema);
      const stored = await bucket.get(id);
      if (!stored || !mayWith(stored.value.database)) hide('schedule_not_found', id);
      const moved = textOf(input['database']);
      if (moved !== undefined) mustMay(moved);
      return;
    }
    default:
      return about satisfies never;
  }
}

/** In the words in which the other is told that does not exist. */
function hide(code: ErrorCode, name: string): never {
  const message = `"${name}" is not there, or not for this token.`;
  throw new HoldfastError(code, message);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
