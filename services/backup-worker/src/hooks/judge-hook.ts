import type { Failure } from '@holdfast/contracts';

/** How a hook's command ended. */
export type HookEnd =
  | { readonly end: 'exit'; readonly code: number }
  | { readonly end: 'signal'; readonly signal: string }
  | { readonly end: 'timeout'; readonly timeoutMs: number }
  | { readonly end: 'not-started'; readonly why: string };

/** Exit codes of sysexits.h: EX_TEMPFAIL and EX_CONFIG. */
const RETRY = 75;
const ABORT = 78;

/** Undefined: it went well. Before the work a failure ends the attempt; after it, it is a warning. */
export function judgeHook(name: string, end: HookEnd): Failure | undefined {
  switch (end.end) {
    case 'exit':
      return end.code === 0 ? undefined : judgeExit(name, end.code);
    case 'signal':
      return failed(`${name} was ended by ${end.signal}; look at its output in the worker's log.`);
    case 'timeout':
      return failed(
        `${name} took longer than ${end.timeoutMs} ms and was ended; make it faster, or raise its timeout.`,
      );
    case 'not-started':
      return failed(`${name} could not be started: ${end.why}; check its path and rights.`);
    default:
      return end satisfies never;
  }
}

function judgeExit(name: string, code: number): Failure {
  switch (code) {
    case RETRY:
      return {
        code: 'hook_retry',
        message: `${name} asked for the run to be tried again later (exit code 75).`,
      };
    case ABORT:
      return { code: 'hook_aborted', message: `${name} said that the run must not be done (exit code 78).` };
    default:
      return failed(`${name} ended with exit code ${code}; look at its output in the worker's log.`);
  }
}

const failed = (message: string): Failure => ({ code: 'hook_failed', message });
