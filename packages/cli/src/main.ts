#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Inside the checkout, never in a shared /tmp where somebody else could have put code for us to run.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url)));

const { processTerminal } = await import('./terminal.ts');
const { runCli } = await import('./run-cli.ts');

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader went away (`| head`): it has what it wanted.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), processTerminal());
