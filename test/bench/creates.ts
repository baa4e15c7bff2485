import { makeEvent, newRunId } from '@holdfast/runs';
import type { TestNats } from '@holdfast/testing';
import { openLightCaller } from './light-caller.ts';
import { median, type Row } from './measure.ts';
import type { Gateway } from './start-gateway.ts';

const CREATES = 4_000;
const TURNS = 5;
/** Before anything counts: V8 compiles what runs often, and goes on with that for seconds. */
const WARM_UP = 10_000;
const CALLERS = 64;
const FEW = 16;

/** Each create is three events (two of the audit and the request) and the record of its run; the bus alone is one event after the other. */
export async function benchCreates({ url, token }: Gateway, nats: TestNats): Promise<Row> {
  const request = { url: new URL('/api/v1/backups', url), token, body: '{"database":"app"}', status: 202 };
  const callers = await Promise.all(Array.from({ length: CALLERS }, () => openLightCaller(request)));
  const bus = await nats.connectAs('api-gateway');
  const data = { type: 'full', trigger: 'manual', description: '', by: 'bench' } as const;
  const publish = () =>
    bus.publish(
      makeEvent('backup.requested', { run: newRunId(new Date()), source: '/bench', database: 'app', data }),
    );
  const creates = (count: number, atOnce: number): Promise<number> =>
    rateOf(
      count,
      callers.slice(0, atOnce).map(({ call }) => call),
    );
  const first = await creates(1_000, CALLERS);
  await creates(WARM_UP, CALLERS);
  await rateOf(1_000, [publish]);
  const turns: { readonly alone: number; readonly few: number; readonly many: number }[] = [];
  while (turns.length < TURNS) {
    const alone = await rateOf(2_000, [publish]);
    turns.push({ alone, few: await creates(CREATES, FEW), many: await creates(CREATES, CALLERS) });
  }
  const oneByOne = await creates(1_000, 1);
  for (const caller of callers) caller.close();
  await bus.drain();
  const of = (what: (turn: (typeof turns)[number]) => number): number => median(turns.map(what));
  const share = of(({ many, alone }) => many / alone);
  const few = `${FEW} callers: ${of((turn) => turn.few).toFixed(0)}, ${of((turn) => turn.few / turn.alone).toFixed(2)} ×`;
  return {
    what: `creates of ${CALLERS} callers at once, warm, against what the bus acknowledges one by one`,
    figure: `${of(({ many }) => many).toFixed(0)} and ${of(({ alone }) => alone).toFixed(0)} a second, ${share.toFixed(2)} × (${few}; one: ${oneByOne.toFixed(0)}; the first thousand: ${first.toFixed(0)})`,
    goal: '≥ 0.6 ×',
    holds: share >= 0.6,
  };
}

/** How often a second, when each of those goes on as soon as it may. */
async function rateOf(count: number, ones: readonly (() => Promise<unknown>)[]): Promise<number> {
  const begunAt = performance.now();
  let begun = 0;
  const goOn = async (one: () => Promise<unknown>): Promise<void> => {
    while (begun++ < count) await one();
  };
  await Promise.all(ones.map(goOn));
  return count / ((performance.now() - begunAt) / 1_000);
}
