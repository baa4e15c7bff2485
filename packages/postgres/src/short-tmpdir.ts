import { tmpdir } from 'node:os';

/** A socket's path has room for a hundred characters; macOS's own folder for temporary files is long already. */
export const shortTmpdir = (): string => (Buffer.byteLength(tmpdir()) > 60 ? '/tmp' : tmpdir());
