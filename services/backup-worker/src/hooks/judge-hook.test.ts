import { expect, test } from 'vitest';
import { judgeHook, type HookEnd } from './judge-hook.ts';

test.each<[HookEnd, string | undefined]>([
  [{ end: 'exit', code: 0 }, undefined],
  [{ end: 'exit', code: 75 }, 'hook_retry'],
  [{ end: 'exit', code: 78 }, 'hook_aborted'],
  [{ end: 'exit', code: 1 }, 'hook_failed'],
  [{ end: 'signal', signal: 'SIGSEGV' }, 'hook_failed'],
  [{ end: 'timeout', timeoutMs: 30_000 }, 'hook_failed'],
  [{ end: 'not-started', why: 'spawn x ENOENT' }, 'hook_failed'],
])('%j', (end, code) => {
  expect(judgeHook('Hook pre-backup (x)', end)?.code).toBe(code);
});
