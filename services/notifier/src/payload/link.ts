/** Into the console: to a run, or to its front page. */
export function linkTo(consoleUrl: string | undefined, run: string | undefined): string | undefined {
  if (consoleUrl === undefined) return undefined;
  const base = consoleUrl.replace(/\/+$/, '');
  return run === undefined ? base : `${base}/runs/${encodeURIComponent(run)}`;
}
