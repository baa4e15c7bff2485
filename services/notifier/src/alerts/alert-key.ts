/** A problem's key in bucket `alerts`; ids of destinations may hold what a key may not. */
export const alertKey = (problem: string): string =>
  problem
    .split('.')
    .map((part) => part.replace(/[^-/_=a-zA-Z0-9]/g, '_') || '_')
    .join('.');
