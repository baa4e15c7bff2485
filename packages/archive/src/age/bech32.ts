/** The 32 letters, by value. */
const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const CHECKSUM_LETTERS = 6;
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** BIP 173 without its limit of 90 letters, as age uses it. Undefined for what is none; says nothing why: it may be a key. */
export function decodeBech32(text: string): { readonly prefix: string; readonly bytes: Buffer } | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  const separatorAt = lower.lastIndexOf('1');
  const prefix = lower.slice(0, Math.max(separatorAt, 0));
  const values = Array.from(lower.slice(separatorAt + 1), (letter) => LETTERS.indexOf(letter));
  if (!/^[!-~]+$/.test(prefix) || values.length < CHECKSUM_LETTERS || values.includes(-1)) return undefined;
  if (checksum([...expand(prefix), ...values]) !== 1) return undefined;
  const bytes = toBytes(values.slice(0, -CHECKSUM_LETTERS));
  return bytes && { prefix, bytes };
}

const expand = (prefix: string): readonly number[] => {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
};

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, term] of GENERATOR.entries()) if ((top >> bit) & 1) sum ^= term;
  }
  return sum;
}

/** Groups of 5 bits as bytes. What is left over is less than a group, and zero. */
function toBytes(groups: readonly number[]): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let pending = 0;
  for (const group of groups) {
    pending = (pending << 5) | group;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(pending >> bits);
    pending &= (1 << bits) - 1;
  }
  return bits < 5 && pending === 0 ? Buffer.from(bytes) : undefined;
}
