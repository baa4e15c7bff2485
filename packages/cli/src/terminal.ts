import { createInterface } from 'node:readline/promises';

/** One of the two streams a person or a pipe reads. */
export type Output = {
  readonly isTTY: boolean;
  /** Width in cells; undefined where nobody looks, so that nothing is cut. */
  readonly columns: number | undefined;
  /** Height in lines, where there is one. */
  readonly rows: number | undefined;
  write(text: string): void;
  /** Resolves when there is room for more. */
  writeBytes(bytes: Uint8Array): Promise<void>;
};

/** All that a verb may touch of the process it runs in. Tests give their own. */
export type Terminal = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody can answer a question. */
  readonly canAsk: boolean;
  nowMs(): number;
  /** One line from the keyboard; undefined when it was closed or interrupted. */
  ask(question: string): Promise<string | undefined>;
  /** Calls `handler` for each Ctrl-C until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
  /** Calls `handler` whenever this key is pressed, without Enter, until the returned function is called. Ctrl-C stays an interrupt. */
  onKey(key: string, handler: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
};

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    env: process.env,
    canAsk: stdin.isTTY && stderr.isTTY,
    nowMs: () => Date.now(),
    ask,
    onInterrupt: (handler) => {
      // A supervisor's SIGTERM means the same as a person's Ctrl-C.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handler);
      return () => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, handler);
      };
    },
    onKey,
    exit: (code) => process.exit(code),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    get rows() {
      return stream.isTTY ? stream.rows : undefined;
    },
    write: (text) => void stream.write(text),
    writeBytes: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  lines.once('SIGINT', () => lines.close());
  try {
    return await lines.question(question, { signal: closed.signal });
  } catch (error) {
    if (closed.signal.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}

/** In raw mode the terminal sends Ctrl-C as a character: it is made the signal again that it is elsewhere. */
function onKey(key: string, handler: () => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const pressed = (typed: Buffer): void => {
    const text = typed.toString('utf8');
    if (text.includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
    else if (text.includes(key)) handler();
  };
  stdin.setRawMode(true);
  stdin.on('data', pressed).resume();
  return () => {
    stdin.off('data', pressed).pause();
    stdin.setRawMode(false);
  };
}

const CTRL_C = '\u0003';
