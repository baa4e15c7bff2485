import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** `500000`, `50MB`, `1.5 GiB`: bytes. */
export const sizeSchema = z.string().transform((text, context) => {
  const [, amount = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const bytes = Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (amount !== '' && bytes >= 1) return Math.round(bytes);
  context.addIssue(`"${text}" is no size; write it as 50MB or 1.5GiB`);
  return z.NEVER;
});
