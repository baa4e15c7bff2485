import { ok, type Finding } from './finding.ts';

/** Beyond this, leases and schedules begin to disagree. */
const WORTH_TELLING_MS = 2_000;
const WRONG_MS = 60_000;

/** `offsetMs`: theirs less ours; `uncertainMs`: how long the asking took. */
export function judgeClock(subject: string, offsetMs: number, uncertainMs: number): Finding {
  const least = Math.max(0, Math.abs(offsetMs) - uncertainMs);
  if (least < WORTH_TELLING_MS) return ok('clock', 'agrees with ours', subject);
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  return {
    check: 'clock',
    subject,
    outcome: least < WRONG_MS ? 'warning' : 'critical',
    ...(least < WRONG_MS ? {} : { code: 'internal' as const }),
    detail: `is ${seconds} s ${offsetMs > 0 ? 'before' : 'behind'} ours`,
    mend: 'let both machines set their clocks by NTP: timedatectl set-ntp true',
  };
}
