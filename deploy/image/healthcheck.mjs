// Whether the service in this container is ready. Plain JavaScript: it runs every few seconds, so it starts fast.
import process from 'node:process';

const port = process.env['HOLDFAST_HEALTH_PORT'] ?? process.env['HOLDFAST_METRICS_PORT'] ?? '9464';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  if (!answer.ok) {
    process.stdout.write(await answer.text());
    process.exitCode = 1;
  }
} catch {
  process.stdout.write(`nothing answers on port ${port}`);
  process.exitCode = 1;
}
