import { createInbox, type Msg, type MsgHdrs, type NatsConnection } from 'nats';

/** What an empty answer with this status says, which the server itself gives. */
const NO_RESPONDERS = 503;

/** Why a request has no answer. */
export type Unanswered = 'nobody listens' | 'too late' | 'connection lost';

export interface Requests {
  /** Sends once and awaits the answer. Throws what the library throws when it cannot send. */
  send(subject: string, payload: string, timeoutMs: number, headers?: MsgHdrs): Promise<Msg>;
  /** Whatever waits for an answer waits in vain: the connection it was to come over is gone. */
  lose(): void;
  /** The server refuses us the subject. */
  refuse(subject: string, error: Error): void;
}

type Waiting = {
  readonly subject: string;
  readonly resolve: (answer: Msg) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/**
 * Requests over one inbox of the connection. The library's own makes two errors with their stacks for every request, in
 * case that it fails: a fifth of the time of a gateway that is asked a thousand times a second.
 */
export function openRequests(
  connection: NatsConnection,
  inboxPrefix: string,
  explain: (why: Unanswered, subject: string) => Error,
): Requests {
  const inbox = createInbox(inboxPrefix);
  const waiting = new Map<string, Waiting>();
  const unsent: (() => void)[] = [];
  let sent = 0;

  function take(token: string): Waiting | undefined {
    const request = waiting.get(token);
    if (!request) return undefined;
    waiting.delete(token);
    clearTimeout(request.timer);
    return request;
  }
  const give = (token: string, error: Error): void => take(token)?.reject(error);

  connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) {
        for (const token of waiting.keys()) give(token, error);
        return;
      }
      const request = take(message.subject.slice(inbox.length + 1));
      if (!request) return; // its time was over
      const isEmpty = message.data.length === 0;
      if (isEmpty && message.headers?.code === NO_RESPONDERS)
        request.reject(explain('nobody listens', request.subject));
      else request.resolve(message);
    },
  });

  function sendNow(token: string, subject: string, payload: string, headers: MsgHdrs | undefined): void {
    if (!waiting.has(token)) return;
    try {
      connection.publish(subject, payload, { reply: `${inbox}.${token}`, ...(headers ? { headers } : {}) });
    } catch (error) {
      give(token, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Beside others, what is asked for in one turn of the event loop goes out in one write: that is what a request costs. */
  function sendSoon(send: () => void): void {
    if (unsent.push(send) > 1) return;
    setImmediate(() => {
      for (const each of unsent.splice(0)) each();
    });
  }

  return {
    send: (subject, payload, timeoutMs, headers) =>
      new Promise((resolve, reject) => {
        const isAlone = waiting.size === 0;
        const token = (sent += 1).toString(36);
        const timer = setTimeout(() => give(token, explain('too late', subject)), timeoutMs);
        waiting.set(token, { subject, resolve, reject, timer });
        const send = (): void => sendNow(token, subject, payload, headers);
        if (isAlone) send();
        else sendSoon(send);
      }),
    lose: () => {
      for (const [token, { subject }] of waiting) give(token, explain('connection lost', subject));
    },
    refuse: (subject, error) => {
      for (const [token, request] of waiting) if (request.subject === subject) give(token, error);
    },
  };
}
