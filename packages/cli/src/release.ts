import { readFileSync } from 'node:fs';

/** This release. Read here because the contracts, which also know it, would load zod for `--version`. */
export function readRelease(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // our own file
}
