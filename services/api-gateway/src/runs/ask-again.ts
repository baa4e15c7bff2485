import {
  eventSchemas,
  HoldfastError,
  routes,
  type Envelope,
  type EventType,
  type OperationId,
  type RunRecord,
} from '@holdfast/contracts';
import { checkScope } from '../auth/check-scope.ts';
import { askForBackup } from '../backups/ask-backup.ts';
import { askForRemoval } from '../backups/ask-removal.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRestore } from '../restores/ask-restore.ts';
import { askForCleanup } from '../retention/ask-cleanup.ts';
import { askForValidation } from '../validations/ask-validation.ts';
import { isRequest, readLog } from './read-log.ts';

/** The routes that ask for each kind of run: what they need is needed here too. */
const ROUTES = {
  'backup.requested': 'createBackup',
  'backup.delete_requested': 'deleteBackup',
  'restore.requested': 'createRestore',
  'validation.requested': 'createValidation',
  'retention.cleanup.requested': 'createCleanup',
} as const satisfies Partial<Record<EventType, OperationId>>;

/**
 * Asks for what a run was asked for, as its request on the stream says, in the name of who asks now. Everything is checked
 * as for a new request. Throws run_not_retryable, forbidden.
 */
export async function askAgain(
  deps: GatewayDependencies,
  context: CallContext,
  record: RunRecord,
): Promise<RunRecord> {
  if (record.state !== 'failed' && record.state !== 'cancelled') {
    throw notRetryable(record, `it is ${record.state}; only what failed or was cancelled is done again`);
  }
  const { events } = await readLog(deps, record);
  const request = events.find(({ event }) => isRequest(event))?.event;
  if (!request) throw notRetryable(record, 'its request has left the stream; ask for it anew');
  if (!Object.hasOwn(ROUTES, request.type)) throw notRetryable(record, notByHand(record));
  const operation = ROUTES[request.type as keyof typeof ROUTES]; // as just looked up
  const { permission } = routes[operation];
  const { caller } = context;
  const { database } = record;
  if (!caller.permissions.includes(permission)) {
    const message = `To do run ${record.id} again takes ${permission}, which ${caller.name} does not have.`;
    throw new HoldfastError('forbidden', message);
  }
  const input = { ...(request.data as object), ...(database === undefined ? {} : { database }) }; // a request's is one
  await checkScope(deps, { operation, permission, caller, input });
  return ask(deps, context, record, request);
}

function ask(
  deps: GatewayDependencies,
  context: CallContext,
  record: RunRecord,
  { type, data }: Envelope,
): Promise<RunRecord> {
  const { database } = record;
  switch (type) {
    case 'backup.requested': {
      const { by: _, ...wanted } = eventSchemas[type].parse(data);
      return askForBackup(deps, context, 'retryRun', { ...wanted, database });
    }
    case 'backup.delete_requested': {
      const { filename, force } = eventSchemas[type].parse(data);
      const wanted = { reference: filename, ...(force ? { force: '1' as const } : {}) };
      return askForRemoval(deps, context, 'retryRun', wanted);
    }
    case 'restore.requested': {
      const { by: _, ...wanted } = eventSchemas[type].parse(data);
      return askForRestore(deps, context, 'retryRun', { ...wanted, database });
    }
    case 'validation.requested': {
      const { by: _, ...wanted } = eventSchemas[type].parse(data);
      return askForValidation(deps, context, 'retryRun', wanted);
    }
    case 'retention.cleanup.requested': {
      const { force, maxAgeMs } = eventSchemas[type].parse(data);
      return askForCleanup(deps, context, 'retryRun', { database, force, maxAgeMs });
    }
    default:
      throw notRetryable(record, notByHand(record));
  }
}

const notRetryable = ({ id }: RunRecord, why: string): HoldfastError =>
  new HoldfastError('run_not_retryable', `Run ${id} cannot be done again: ${why}.`);

const notByHand = ({ kind }: RunRecord): string =>
  kind === 'undo' ? 'ask for the undo of its restore anew' : `a ${kind} is made again by Holdfast itself`;
