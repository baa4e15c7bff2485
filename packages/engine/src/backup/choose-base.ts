import { failureOf, type BackupType, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { lineageOf } from '../repository/backup-chain.ts';
import type { DumpPlan } from './dump-source.ts';
import type { FoundIndexKey } from './index-key.ts';
import { openParent, type OpenedParent } from './open-parent.ts';
import type { BackupOptions } from './options.ts';
import { planParent } from './plan-parent.ts';

/** What a backup is made as, and on what. */
export type BackupBase = {
  readonly type: BackupType;
  /** The parent and its ancestors, nearest first; empty for a full. */
  readonly lineage: readonly Manifest[];
  readonly parent?: OpenedParent;
  /** Why it is a full although something else was asked for. */
  readonly warnings: readonly string[];
};

const full = (...warnings: readonly string[]): BackupBase => ({ type: 'full', lineage: [], warnings });

/** Looks for a parent and opens it. A parent that cannot be used makes a full with a warning, never a failure. */
export async function chooseBase(
  context: EngineContext,
  options: BackupOptions,
  format: DumpPlan['format'],
  { indexKey }: FoundIndexKey,
): Promise<BackupBase> {
  const { repository } = context;
  const wanted = options.request.type;
  if (wanted === 'full') return full();
  const entries = await repository.list({ database: options.database.id });
  const plan = planParent(
    wanted,
    entries.flatMap(({ manifest }) => (manifest ? [manifest] : [])),
    {
      maxChain: options.maxChain,
      codec: options.compression.codec,
      format,
      canDecrypt: (await repository.keys.identities()).length > 0,
      hasIndexKey: indexKey !== undefined,
    },
  );
  const instead = (why: string): string => `A full was made instead of ${article(wanted)}: ${why}.`;
  if (plan.type === 'full') return full(...(plan.because === undefined ? [] : [instead(plan.because)]));
  try {
    const lineage = await lineageOf(repository, plan.parent);
    const by = plan.by === 'ids' ? indexKey : undefined;
    const parent = await openParent(context, plan.parent, lineage, by);
    return { type: plan.type, lineage, parent, warnings: [] };
  } catch (error) {
    context.signal.throwIfAborted();
    const { code, message } = failureOf(error);
    if (code === 'internal') throw error;
    return full(instead(`${plan.parent.backup.filename} cannot be built on: ${message.replace(/\.$/, '')}`));
  }
}

const article = (type: BackupType): string => (type === 'incremental' ? 'an incremental' : `a ${type}`);
