import { once } from 'node:events';
import { connect } from 'node:net';

export type LightCaller = {
  /** Sends the request and awaits its answer; one at a time. Throws unless that is `status`. */
  call(): Promise<void>;
  close(): void;
};

export type RepeatedRequest = {
  readonly url: URL;
  readonly token: string;
  readonly body: string;
  readonly status: number;
};

/**
 * One connection over which the same request goes again and again, with nothing between it and the socket: where callers
 * share the cores with what they call, a client of comfort would measure itself.
 */
export async function openLightCaller({ url, token, body, status }: RepeatedRequest): Promise<LightCaller> {
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.setNoDelay(true).setEncoding('latin1');
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const request = `${head.join('\r\n')}\r\n\r\n${body}`;
  let answer = '';
  let settle: (error?: Error) => void = () => undefined;
  socket
    .on('data', (text: string) => {
      answer += text;
      const bodyAt = answer.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
      if (bodyAt < 4 || answer.length < bodyAt + length) return;
      const isExpected = answer.startsWith(`HTTP/1.1 ${status} `);
      settle(isExpected ? undefined : new Error(answer));
      answer = '';
    })
    .once('error', (error) => settle(error))
    .once('close', () => settle(new Error(`${url.host} closed the connection`)));
  return {
    call: () =>
      new Promise((resolve, reject) => {
        settle = (error) => (error ? reject(error) : resolve());
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
