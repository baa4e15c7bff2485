import { setTimeout as delay } from 'node:timers/promises';
import { failureOf } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import type { ServerConnection } from '../connection.ts';
import { lineOf } from '../render/event-line.ts';
import { plainText } from '../render/plain-text.ts';
import { withEvent, withProgress, withStatus, type MonitorState } from './monitor-state.ts';
import { renderLine, renderScreen } from './render-screen.ts';
import { openScreen } from './screen.ts';

const REDRAW_MS = 1_000;
const DEFAULT_HEIGHT = 24;
const DEFAULT_WIDTH = 80;
/** A server that stays away is waited for: a monitor is left on. */
const PATIENCE_MS = Number.POSITIVE_INFINITY;

type View = {
  show(state: MonitorState): void;
  /** A change that a log wants a line of. */
  tell(line: string): void;
  close(): void;
};

/** Shows how everything is until somebody quits. Whatever happens, the terminal is as it was. Throws what does not pass. */
export async function watch(
  cli: Cli,
  { client, place }: Pick<ServerConnection, 'client' | 'place'>,
  intervalMs: number,
): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  let state: MonitorState = {
    place,
    status: undefined,
    readMs: cli.terminal.nowMs(),
    problem: undefined,
    progress: {},
    events: [],
  };
  const isLive = cli.terminal.stdout.isTTY && cli.terminal.env['TERM'] !== 'dumb' && !cli.options.json;
  const view = isLive ? liveView(cli, () => state, signal) : plainView(cli);
  const set = (next: MonitorState): void => {
    state = next;
    view.show(state);
  };

  const look = async (): Promise<void> => {
    try {
      const status = await client.getStatus({}, { signal });
      set(withStatus(state, status, cli.terminal.nowMs()));
      view.tell(cli.options.json ? JSON.stringify(status) : renderLine(status, cli.terminal.nowMs()));
    } catch (error) {
      if (signal.aborted) return;
      const problem = failureOf(error);
      if (!mayPass(problem.code)) throw error;
      set({ ...state, problem });
      view.tell(cli.options.json ? JSON.stringify({ error: problem }) : `! ${plainText(problem.message)}`);
    }
  };
  const lookAgain = async (): Promise<void> => {
    for (;;) {
      await look();
      await delay(intervalMs, undefined, { signal });
    }
  };
  const listen = async (): Promise<void> => {
    for await (const each of client.followEvents({ progress: 'true' }, { signal, patienceMs: PATIENCE_MS })) {
      if (each.kind === 'progress') set(withProgress(state, each.progress));
      else {
        set(withEvent(state, each));
        if (!cli.options.json) view.tell(lineOf(cli, each));
        // Whatever happened is worth a look at once, not in half a minute.
        if (isLive && /\.(requested|started|completed|failed|cancelled|changed)$/.test(each.event.type))
          await look();
      }
    }
  };

  const quit = (): void => stop.abort();
  const forget = [cli.terminal.onInterrupt(quit), isLive ? cli.terminal.onKey('q', quit) : () => undefined];
  try {
    await Promise.all([lookAgain(), listen()]);
  } catch (error) {
    if (!signal.aborted) throw error; // quitting is how one leaves
  } finally {
    stop.abort();
    for (const each of forget) each();
    view.close();
  }
}

const mayPass = (code: string): boolean =>
  ['gateway_unreachable', 'bus_unavailable', 'history_unavailable', 'rate_limited'].includes(code);

function liveView(cli: Cli, state: () => MonitorState, signal: AbortSignal): View {
  const screen = openScreen(cli.terminal);
  const draw = (): void => {
    const { columns: width = DEFAULT_WIDTH, rows: height = DEFAULT_HEIGHT } = cli.terminal.stdout;
    screen.draw(renderScreen(cli, state(), { width, height }));
  };
  draw();
  // The ages go on by themselves; a new size of the window counts from the next one on.
  const timer = setInterval(draw, REDRAW_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  return {
    show: draw,
    tell: () => undefined,
    close: () => {
      clearInterval(timer);
      screen.close();
    },
  };
}

const plainView = ({ terminal }: Cli): View => ({
  show: () => undefined,
  tell: (line) => terminal.stdout.write(`${line}\n`),
  close: () => undefined,
});
