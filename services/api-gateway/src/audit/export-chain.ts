import { checkLink, GENESIS, type ChainPoint } from '@holdfast/database';
import type { AuditLog } from './open-audit-log.ts';

const BATCH = 500;

/**
 * The chain as JSON lines, verified on the way. The last line is the verdict: whoever keeps it can tell later that nothing
 * was cut off the end.
 */
export async function* exportChain(log: AuditLog): AsyncGenerator<string> {
  let end: ChainPoint = { number: 0, hash: GENESIS };
  let brokenAt: { readonly number: number; readonly problem: string } | undefined;
  for (;;) {
    const links = await log.links(end.number, BATCH);
    for (const link of links) {
      const problem = brokenAt ? undefined : checkLink(end, link);
      if (problem !== undefined) brokenAt = { number: link.number, problem };
      const { number, at, record, previousHash, hash } = link;
      yield `${JSON.stringify({ number, at, record, previousHash, hash })}\n`;
      end = { number, hash };
    }
    if (links.length < BATCH) break;
  }
  const verdict = { entries: end.number, head: end.hash };
  yield `${JSON.stringify(brokenAt ? { verified: false, brokenAt, ...verdict } : { verified: true, ...verdict })}\n`;
}
