import { problemOf, type Failure } from '@holdfast/contracts';
import type { Socket } from 'node:net';

const FAILURES: Readonly<Record<string, Failure & { readonly status: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'invalid_request',
    message: 'The request headers are larger than 16 KB.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'timed_out',
    message: 'The request did not arrive completely within 30 s.',
  },
};
const MALFORMED = {
  status: '400 Bad Request',
  code: 'invalid_request',
  message: 'This is no well-formed HTTP request.',
} as const;

/** What never became a request is answered on the socket itself. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  // A client that hung up hears nothing; a socket that was answered before is past saving.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = FAILURES[error.code ?? ''] ?? MALFORMED;
  const body = JSON.stringify({ ...problemOf({ code, message }), status: Number(status.slice(0, 3)) });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
