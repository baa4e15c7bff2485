/** `npm run bench [-- --quick]`: everything that docs/benchmarks.md reports, as ratios against the peer in the same run. */
import { cpus, totalmem } from 'node:os';
import { startTestPostgres } from '@holdfast/testing';
import { benchCommandLine } from './command-line.ts';
import { benchDeliveries } from './deliveries.ts';
import { benchDumpAndRestore, loadSample, peakOf } from './dump-and-restore.ts';
import { benchGateway } from './gateway.ts';
import { benchIncremental } from './incremental.ts';
import { benchLatency } from './latency.ts';
import { megabytes, table } from './measure.ts';
import { benchParallel } from './parallel.ts';
import { benchPipeline } from './pipeline.ts';
import { benchSchedules } from './schedules.ts';

const quick = process.argv.includes('--quick');
const [size, small, large, rounds] = quick ? [100, 20, 200, 2] : [1_000, 100, 2_000, 3];

const server = await startTestPostgres();
try {
  console.log(
    `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}\n`,
  );
  await loadSample(server, 'bench', size);
  console.log(await benchDumpAndRestore(server, size, rounds));
  console.log(await benchParallel(server, rounds));
  console.log(await benchIncremental(server, size));
  console.log(await benchPipeline(quick ? 100 : 400));
  await server.psql('drop database bench');

  await loadSample(server, 'small', small);
  const smallPeak = await peakOf(server, 'small');
  await loadSample(server, 'large', large);
  const largePeak = await peakOf(server, 'large');
  const growth = largePeak / smallPeak;
  console.log(
    table('Memory of the process that dumps', [
      {
        what: `sample of ${small} MB`,
        figure: `${megabytes(smallPeak)} MB`,
        goal: '< 250 MB',
        holds: smallPeak < 250e6,
      },
      {
        what: `sample of ${large} MB`,
        figure: `${megabytes(largePeak)} MB`,
        goal: '< 250 MB',
        holds: largePeak < 250e6,
      },
      {
        what: 'the large against the small',
        figure: `${growth.toFixed(2)} ×`,
        goal: '≤ 1.20 ×',
        holds: growth <= 1.2,
      },
    ]),
  );
  console.log(await benchLatency(server, quick ? 5 : 15));
  console.log(await benchSchedules(quick ? 1_000 : 10_000));
  console.log(await benchDeliveries(quick ? 2_000 : 20_000));
  console.log(await benchGateway(server, quick ? 10_000 : 100_000));
  console.log(await benchCommandLine(quick ? 5 : 15));
} finally {
  await server.stop();
}
