import { assertZone } from '@holdfast/retention-policy';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { accepted } from '../runs/known-run.ts';
import { askForCleanup } from './ask-cleanup.ts';
import { askForPlan } from './ask-plan.ts';
import { assertKnown } from './assert-known.ts';
import { pinBackup, unpinBackup } from './pins.ts';
import { listPolicies, putPolicy, removePolicy } from './policies.ts';

type Operations =
  | 'planRetention'
  | 'createCleanup'
  | 'listPolicies'
  | 'putPolicy'
  | 'removePolicy'
  | 'pinBackup'
  | 'unpinBackup';

export const retentionHandlers = (deps: GatewayDependencies): Pick<Handlers, Operations> => ({
  planRetention: async ({ body }) => {
    if (body.policy) assertZone(body.policy.timezone);
    await assertKnown(deps, body.database);
    return ok({ plans: [...(await askForPlan(deps, body))] });
  },
  createCleanup: async ({ body }, context) =>
    accepted(await askForCleanup(deps, context, 'createCleanup', body)),
  listPolicies: async () => ok({ policies: [...(await listPolicies(deps))] }),
  putPolicy: ({ params: { policy: database }, query: { force }, body }, context) =>
    putPolicy(deps, context, database, body, force === '1'),
  removePolicy: async ({ params: { policy: database } }) => ok(await removePolicy(deps, database)),
  pinBackup: async ({ params: { filename }, body: { reason, until } }, { caller }) =>
    ok(await pinBackup(deps, filename, { reason, until, by: caller.name })),
  unpinBackup: async ({ params: { filename } }, { caller }) =>
    ok(await unpinBackup(deps, filename, caller.name)),
});
