import type { Bucket, Bus, Lease, Leases } from '@holdfast/bus';
import { turnSchema, type RunRecord, type Turn } from '@holdfast/contracts';
import type { Runs } from '../runs.ts';
import { decideTurn } from './decide.ts';

/** Something of which only so many may go at once: `slot` in all, `slot.<server>` from one server. */
export type Gate = {
  readonly key: string;
  readonly limit: number;
  /** What a run waits for that finds it closed, in words. */
  readonly waitingFor: string;
};

export type Admission =
  | { readonly admitted: true; readonly release: () => Promise<void> }
  | { readonly admitted: false; readonly waitingFor: string; readonly delayMs: number };

export interface GateKeeper {
  /** A place behind every gate, or none at all. Held by leases: those of a process that dies are free after their TTL. */
  admit(run: Pick<RunRecord, 'id' | 'requestedAt'>, gates: readonly Gate[]): Promise<Admission>;
}

/** Who is next looks often, so that a place stays empty for no longer than this. */
const NEXT_LOOKS_MS = 300;
/** The others come back to see whether their turn has come. */
const OTHERS_LOOK_MS = 2_000;

/** Keeps gates over all processes, in bucket `leases`: places are leases, turns expire as leases do. */
export async function openAdmission(deps: {
  readonly bus: Bus;
  readonly leases: Leases;
  readonly runs: Runs;
  readonly worker: string;
}): Promise<GateKeeper> {
  const turns: Bucket<Turn> = await deps.bus.bucket('leases', turnSchema);

  async function freePlace({ key, limit }: Gate): Promise<Lease | undefined> {
    for (let place = 1; place <= limit; place += 1) {
      const lease = await deps.leases.acquire(`${key}.${place}`, deps.worker);
      if (lease) return lease;
    }
    return undefined;
  }

  /** The place, and whether the turn was ours, or how long to wait for it. */
  async function pass(
    run: Pick<RunRecord, 'id' | 'requestedAt'>,
    gate: Gate,
  ): Promise<{ readonly place: Lease; readonly hadTurn: boolean } | { readonly delayMs: number }> {
    const key = turnOf(gate);
    const turn = await turns.get(key);
    const isOthers = turn !== undefined && turn.value.holder !== run.id;
    const holder = isOthers ? await deps.runs.get(turn.value.holder) : undefined;
    if (decideTurn(run, turn?.value, holder) === 'wait') return { delayMs: OTHERS_LOOK_MS };
    const lease = await freePlace(gate);
    if (lease) return { place: lease, hadTurn: turn?.value.holder === run.id };
    const ours: Turn = { holder: run.id, requestedAt: run.requestedAt };
    // Written again at each look, as it expires.
    const taken = turn ? await turns.update(key, ours, turn.revision) : await turns.create(key, ours);
    return { delayMs: taken ? NEXT_LOOKS_MS : OTHERS_LOOK_MS };
  }

  /** Only where it is still ours: somebody earlier may have come meanwhile. */
  async function leaveTurn(run: Pick<RunRecord, 'id'>, gate: Gate): Promise<void> {
    const turn = await turns.get(turnOf(gate));
    if (turn?.value.holder === run.id) await turns.remove(turnOf(gate));
  }

  /** Behind gates at which nobody waits all places are taken at once; undefined where somebody waits or one is closed. */
  async function passFreely(gates: readonly Gate[]): Promise<readonly Lease[] | undefined> {
    const waiting = await Promise.all(gates.map((gate) => turns.get(turnOf(gate))));
    if (waiting.some((turn) => turn !== undefined)) return undefined;
    const taken = await Promise.allSettled(gates.map(freePlace));
    const places = taken.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []));
    if (places.length === gates.length) return places;
    await Promise.all(places.map((place) => place.release()));
    const failed = taken.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    return undefined;
  }

  return {
    admit: async (run, gates) => {
      const free = await passFreely(gates);
      if (free) return admitted(free);
      const held: Lease[] = [];
      const turnsOver: Gate[] = [];
      const { release } = admitted(held);
      try {
        for (const gate of gates) {
          const passed = await pass(run, gate);
          if ('delayMs' in passed) {
            await release();
            return { admitted: false, waitingFor: gate.waitingFor, delayMs: passed.delayMs };
          }
          held.push(passed.place);
          if (passed.hadTurn) turnsOver.push(gate);
        }
        for (const gate of turnsOver) await leaveTurn(run, gate);
      } catch (error) {
        await release();
        throw error;
      }
      return admitted(held);
    },
  };
}

const admitted = (places: readonly Lease[]) => ({
  admitted: true as const,
  release: async (): Promise<void> => {
    await Promise.all(places.map((place) => place.release()));
  },
});

const turnOf = ({ key }: Gate): string => `turn.${key}`;
