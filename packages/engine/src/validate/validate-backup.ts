import {
  failureOf,
  isForeign,
  type Finding,
  type Manifest,
  type ValidationLevel,
  type ValidationResult,
  type Verdict,
} from '@holdfast/contracts';
import { checkDumpStructure } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { fallBack } from '../copy/fall-back.ts';
import { lookUp } from '../foreign/foreign-files.ts';
import { lookAtForeign } from '../foreign/validate-foreign.ts';
import { lineageOf } from '../repository/backup-chain.ts';
import { checkedBytes, readDump } from '../repository/read-dump.ts';
import { asItIs } from '../repository/revisions.ts';
import { toolsFor } from '../tools.ts';
import { drillNeedsOf, type DrillNeeds } from './drill-needs.ts';
import { runDrill, type Drill, type DrillOptions, type DrillServer } from './drill.ts';
import { isBad } from './judge-bad.ts';
import { timeLimit } from './time-limit.ts';

export type ValidateOptions = DrillOptions & {
  /** Any name the backup answers to. */
  readonly reference: string;
  readonly level: ValidationLevel;
  /** Starts the scratch server for level `restore`; called only there. */
  readonly openDrillServer: (needs: DrillNeeds) => Promise<DrillServer>;
  /** How long a drill may take once it has its server [for ever]; then it throws drill_timed_out. */
  readonly drillTimeoutMs?: number | undefined;
};

/**
 * Looks at a backup as closely as `level` says. A bad backup is a result (`invalid`, with findings); it throws only
 * when it could not look: no such backup, storage or scratch server gone.
 */
export async function validateBackup(
  context: EngineContext,
  options: ValidateOptions,
): Promise<ValidationResult> {
  const startedAt = performance.now();
  const found = await lookUp(context.repository, options.reference);
  const { filename, name } = isForeign(found) ? { ...found, name: found.filename } : found.backup;
  const looked = await lookInTime(context, found, options, filename);
  return {
    filename,
    name,
    level: options.level,
    verdict: verdictOf(options.level, looked.findings),
    findings: [...looked.findings],
    durationMs: Math.round(performance.now() - startedAt),
    ...(looked.recoveryMs === undefined ? {} : { recoveryMs: looked.recoveryMs }),
  };
}

/** What may be left uncompared: other majors word a schema and write rows differently, and the rows were counted. */
const MAY_BE_SKIPPED: ReadonlySet<string> = new Set(['schema', 'content']);

/** `proven` needs a drill in which everything was compared and nothing differed. A difference beats what could not be seen. */
export function verdictOf(level: ValidationLevel, findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.outcome === 'failed')) return 'invalid';
  if (findings.some((finding) => finding.outcome === 'inconclusive')) return 'inconclusive';
  const complete = findings.every(
    ({ outcome, check }) => outcome === 'ok' || (outcome === 'skipped' && MAY_BE_SKIPPED.has(check)),
  );
  return level === 'restore' && complete ? 'proven' : 'valid';
}

/** Waiting for a server that validators share is not counted: it says nothing of the drill. */
async function lookInTime(
  context: EngineContext,
  found: Awaited<ReturnType<typeof lookUp>>,
  options: ValidateOptions,
  filename: string,
): Promise<Drill> {
  const limit = timeLimit(
    context.signal,
    options.drillTimeoutMs,
    `The drill of ${filename} took longer than BACKUP_DRILL_TIMEOUT and was ended; allow it more time, or look at what slows the scratch server.`,
  );
  const openDrillServer: ValidateOptions['openDrillServer'] = async (needs) => {
    const server = await options.openDrillServer(needs);
    limit.begin();
    return server;
  };
  try {
    return await look({ ...context, signal: limit.signal }, found, { ...options, openDrillServer });
  } finally {
    limit.end();
  }
}

async function look(
  context: EngineContext,
  found: Awaited<ReturnType<typeof lookUp>>,
  options: ValidateOptions,
): Promise<Drill> {
  if (isForeign(found)) return { findings: await lookAtForeign(context, found, options) };
  switch (options.level) {
    case 'checksum':
      return orFailed(context, 'checksum', async (place) =>
        ok('checksum', await readEverything(place, found)),
      );
    case 'structure':
      return orFailed(context, 'structure', async (place) =>
        ok('structure', await parseEverything(place, found)),
      );
    case 'restore': {
      const server = await options.openDrillServer(drillNeedsOf(found));
      try {
        return await orFailed(context, 'restore', (place) => runDrill(place, found, server, options));
      } finally {
        await server.close();
      }
    }
    default:
      return options.level satisfies never;
  }
}

const ok = (check: string, detail: string): Drill => ({ findings: [{ check, outcome: 'ok', detail }] });

/** A copy that is good makes the backup good; where it had to be read, a finding says so, and it is not `proven`. */
async function orFailed(
  context: EngineContext,
  check: string,
  lookIn: (context: EngineContext) => Promise<Drill>,
): Promise<Drill> {
  try {
    const { value, warnings } = await fallBack(context.repository, (repository) =>
      lookIn({ ...context, repository }),
    );
    const passed = warnings.map(
      (warning) => ({ check: 'place', outcome: 'skipped', detail: warning }) as const,
    );
    const [first, ...others] = value.findings;
    return { ...value, findings: [...(first ? [first] : []), ...passed, ...others] };
  } catch (error) {
    const failure = failureOf(error);
    if (!isBad(failure.code)) throw error;
    return { findings: [{ check, outcome: 'failed', detail: `${failure.code}: ${failure.message}` }] };
  }
}

/** Its own file and those of all that it builds on: any of them damaged makes it worthless. */
async function readEverything(context: EngineContext, manifest: Manifest): Promise<string> {
  const lineage = await lineageOf(context.repository, manifest);
  let readBefore = 0;
  const totalBytes = lineage.reduce((sum, { data }) => sum + data.sizeBytes, 0);
  for (const listed of lineage) {
    const each = await asItIs(context.repository.storage, listed);
    const onStored = progress(context, totalBytes);
    const before = readBefore;
    const onBytes = (storedBytes: number): void => onStored(before + storedBytes);
    for await (const bytes of checkedBytes(context.repository, each, context.signal, onBytes)) {
      if (bytes.length === 0) continue;
    }
    readBefore += each.data.sizeBytes;
  }
  const files = lineage.length === 1 ? '' : ` in ${lineage.length} files`;
  return `${totalBytes} bytes read${files}, sha256 as in the manifest${lineage.length === 1 ? '' : 's'}`;
}

async function parseEverything(context: EngineContext, manifest: Manifest): Promise<string> {
  const tools = await toolsFor(manifest.fingerprint.toolsMajor * 10_000);
  const onStored = progress(context, manifest.data.sizeBytes);
  const source = readDump(context.repository, manifest, {
    signal: context.signal,
    onProgress: ({ storedBytes }) => onStored(storedBytes),
  });
  const { tocEntries } = await checkDumpStructure({ tools, source, signal: context.signal });
  return `decoded to its end and parsed by pg_restore: ${tocEntries} entries, ${manifest.backup.rawBytes} bytes`;
}

const progress =
  (context: EngineContext, estimatedBytes: number) =>
  (storedBytes: number): void =>
    context.onProgress?.({
      phase: 'validating',
      rawBytes: storedBytes,
      storedBytes,
      estimatedBytes,
    });
