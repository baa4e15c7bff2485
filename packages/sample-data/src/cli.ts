import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { generateMutation, type MutationOptions } from './generate-mutation.ts';
import { generateSample } from './generate-sample.ts';
import { SampleError } from './sample-error.ts';

const USAGE = `node packages/sample-data/src/cli.ts --megabytes 50 --seed 1 | psql -X -q -v ON_ERROR_STOP=1 -1 DATABASE
node packages/sample-data/src/cli.ts --megabytes 50 --seed 2 --mutate append|update-spread|update-newest --percent 1 | psql …
`;

/** Writes as fast as the reader reads. A reader that goes away (\`| head\`) ends it quietly. */
async function print(source: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = new AbortController();
  process.stdout.on('error', (error) => closed.abort(error));
  try {
    for await (const chunk of source) {
      closed.signal.throwIfAborted();
      if (!process.stdout.write(chunk)) await once(process.stdout, 'drain', { signal: closed.signal });
    }
  } catch (error) {
    const reason: unknown = closed.signal.aborted ? closed.signal.reason : error;
    if ((reason as NodeJS.ErrnoException).code !== 'EPIPE') throw reason; // errors of streams carry a code
  }
}

function sourceFor(args: readonly string[]): AsyncIterable<Uint8Array> | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      megabytes: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      mutate: { type: 'string' },
      percent: { type: 'string', default: '1' },
    },
  });
  if (values.help) return undefined;
  const options = { megabytes: Number(values.megabytes), seed: Number(values.seed) };
  if (values.mutate === undefined) return generateSample(options);
  const kind = values.mutate as MutationOptions['kind']; // checked where it is used
  return generateMutation({ ...options, kind, percent: Number(values.percent) });
}

const isWrongOption = (error: unknown): error is Error =>
  error instanceof SampleError ||
  (error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')); // Node's own errors carry a code

try {
  const source = sourceFor(process.argv.slice(2));
  if (source) await print(source);
  else process.stdout.write(USAGE);
} catch (error) {
  if (!isWrongOption(error)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
