import { sizeInWords } from '@holdfast/postgres';

/** An empty cluster with its log and the rest. */
const CLUSTER_BYTES = 256 * 1024 ** 2;
/** Rows take about what they take in a dump; indexes and the write-ahead log as much again. */
const BYTES_PER_RAW_BYTE = 2;

/** Undefined where there is room for a drill in a throw-away cluster, else a clause with the numbers. */
export function lackOfSpace(rawBytes: number, freeBytes: number): string | undefined {
  const needBytes = CLUSTER_BYTES + rawBytes * BYTES_PER_RAW_BYTE;
  return freeBytes >= needBytes
    ? undefined
    : `it needs about ${sizeInWords(needBytes)} and ${sizeInWords(freeBytes)} are free`;
}
