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
import { runDrill, type DrillServer } from './drill.ts';
import { isBad } from './judge-bad.ts';

export type ValidateOptions = {
  /** Any name the backup answers to. */
  readonly reference: string;
  readonly level: ValidationLevel;
  /** Starts the scratch server for level `restore`; called only there. */
  readonly openDrillServer: (needs: DrillNeeds) => Promise<DrillServer>;
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
  const findings = isForeign(found)
    ? await lookAtForeign(context, found, options)
    : await findingsOf(context, found, options);
  return {
    filename,
    name,
    level: options.level,
    verdict: verdictOf(options.level, findings),
    findings: [...findings],
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** `proven` needs a drill in which everything was compared and nothing differed. */
export function verdictOf(level: ValidationLevel, findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.outcome === 'failed')) return 'invalid';
  const complete = findings.every((finding) => finding.outcome === 'ok' || finding.check === 'schema');
  return level === 'restore' && complete ? 'proven' : 'valid';
}

async function findingsOf(
  context: EngineContext,
  manifest: Manifest,
  options: ValidateOptions,
): Promise<readonly Finding[]> {
  switch (options.level) {
    case 'checksum':
      return orFailed(context, 'checksum', (place) => readEverything(place, manifest));
    case 'structure':
      return orFailed(context, 'structure', (place) => parseEverything(place, manifest));
    case 'restore': {
      const server = await options.openDrillServer(drillNeedsOf(manifest));
      try {
        return await drillFindings(context, manifest, server);
      } finally {
        await server.close();
      }
    }
    default:
      return options.level satisfies never;
  }
}

async function drillFindings(
  context: EngineContext,
  manifest: Manifest,
  server: DrillServer,
): Promise<readonly Finding[]> {
  let compared: readonly Finding[] = [];
  const restored = await orFailed(context, 'restore', async (place) => {
    const drill = await runDrill(place, manifest, server);
    compared = drill.findings;
    return drill.detail;
  });
  return [...restored, ...compared];
}

/** A copy that is good makes the backup good; where it had to be read, a finding says so, and it is not `proven`. */
async function orFailed(
  context: EngineContext,
  check: string,
  look: (context: EngineContext) => Promise<string>,
): Promise<readonly Finding[]> {
  try {
    const { value: detail, warnings } = await fallBack(context.repository, (repository) =>
      look({ ...context, repository }),
    );
    const passed = warnings.map(
      (warning) => ({ check: 'place', outcome: 'skipped', detail: warning }) as const,
    );
    return [{ check, outcome: 'ok', detail }, ...passed];
  } catch (error) {
    const failure = failureOf(error);
    if (!isBad(failure.code)) throw error;
    return [{ check, outcome: 'failed', detail: `${failure.code}: ${failure.message}` }];
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
