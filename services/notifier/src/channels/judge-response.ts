export type HttpJudgement =
  | { readonly verdict: 'taken' }
  | { readonly verdict: 'again'; readonly why: string; readonly retryAfterMs?: number | undefined }
  | { readonly verdict: 'never'; readonly why: string };

/** Waits longer than this are somebody's mistake; they are cut. */
const LONGEST_MS = 6 * 3_600_000;

/** What an HTTP answer means for a message. `nowMs` for dates in Retry-After. */
export function judgeResponse(status: number, retryAfter: string | undefined, nowMs: number): HttpJudgement {
  if (status >= 200 && status < 300) return { verdict: 'taken' };
  if (status >= 300 && status < 400)
    return {
      verdict: 'never',
      why: `it answered ${status}: redirects are not followed; give the final address`,
    };
  if (status === 429 || status === 503)
    return {
      verdict: 'again',
      why: `it answered ${status}`,
      retryAfterMs: parseRetryAfter(retryAfter, nowMs),
    };
  if (status >= 500 || status === 408 || status === 425)
    return { verdict: 'again', why: `it answered ${status}` };
  return { verdict: 'never', why: `it answered ${status}` };
}

/** Seconds, or a date. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(text)) return Math.min(LONGEST_MS, Number(text) * 1_000);
  const at = parseHttpDate(text);
  return at === undefined ? undefined : Math.min(LONGEST_MS, Math.max(0, at - nowMs));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HTTP_DATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;

/** `Wed, 21 Oct 2026 07:28:00 GMT` as milliseconds; days counted by hand, as decisions know no clock. */
function parseHttpDate(text: string): number | undefined {
  const [, day, monthName = '', year, hour, minute, second] = HTTP_DATE.exec(text.trim()) ?? [];
  const month = MONTHS.indexOf(monthName);
  if (month < 0) return undefined;
  const shifted = month < 2 ? Number(year) - 1 : Number(year);
  const monthFromMarch = (month + 10) % 12;
  const days =
    365 * shifted +
    Math.floor(shifted / 4) -
    Math.floor(shifted / 100) +
    Math.floor(shifted / 400) +
    Math.floor((153 * monthFromMarch + 2) / 5) +
    Number(day) -
    719_469;
  return (days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000;
}
