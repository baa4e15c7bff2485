/**
 * What a file begins with that is no whole backup: a zstd frame of nothing that wants a dictionary which nobody has, so
 * that `zstd -d` refuses the file instead of decoding half of a dump. 13 bytes.
 */
export const STOP_FRAME = Buffer.from([
  0x28,
  0xb5,
  0x2f,
  0xfd, // zstd's magic
  0x23, // one segment, a dictionary id of 4 bytes, a size of 1
  0x48,
  0x46,
  0x44,
  0x31, // the dictionary: "HFD1"
  0x00, // size
  0x01,
  0x00,
  0x00, // the last block, of nothing
]);
