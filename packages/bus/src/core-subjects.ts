import { failureOf, failureSchema, HoldfastError } from '@holdfast/contracts';
import type { Msg } from 'nats';
import { z } from 'zod';
import type { Bus, Subscription } from './bus.ts';
import type { Link } from './link.ts';
import { parseJson } from './parse-json.ts';
import { settledWithin } from './settled-within.ts';

const answerSchema = z.union([z.object({ error: failureSchema }), z.object({ answer: z.unknown() })]);
const STOP_MS = 10_000;

/** Core NATS: what is said here is heard now or never. */
export function openCoreSubjects(
  link: Link,
  subscriptions: Set<Subscription>,
): Pick<Bus, 'broadcast' | 'listen' | 'request' | 'respond'> {
  function broadcast(subject: string, payload: unknown): void {
    if (!link.isConnected()) return;
    try {
      link.connection.publish(subject, JSON.stringify(payload));
    } catch (error) {
      link.report(problem(`Nothing was broadcast on ${subject}.`, error));
    }
  }

  async function* listen(
    subject: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly subject: string; readonly payload: unknown }> {
    if (signal.aborted) return;
    if (link.connection.isClosed()) throw new HoldfastError('bus_unavailable', 'The bus is closed.');
    const subscription = link.connection.subscribe(subject);
    const stop = () => subscription.unsubscribe();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const message of subscription) {
        const parsed = parseJson(message.data);
        if (parsed.ok) yield { subject: message.subject, payload: parsed.value };
        else
          link.report(
            problem(`A message on ${message.subject} is no JSON and was dropped: ${parsed.reason}`),
          );
      }
    } finally {
      signal.removeEventListener('abort', stop);
      subscription.unsubscribe();
    }
  }

  async function request(subject: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    const until = performance.now() + timeoutMs;
    await link.whenConnected(timeoutMs);
    const message = await link.askOnce(subject, JSON.stringify(payload), until - performance.now());
    const parsed = parseJson(message.data);
    const answer = answerSchema.safeParse(parsed.ok ? parsed.value : undefined);
    if (!answer.success) throw new HoldfastError('internal', `The answer to ${subject} is malformed.`);
    if ('error' in answer.data) throw new HoldfastError(answer.data.error.code, answer.data.error.message);
    return answer.data.answer;
  }

  async function respond(
    subject: string,
    handle: (payload: unknown) => Promise<unknown>,
  ): Promise<Subscription> {
    const answering = new Set<Promise<void>>();
    const answer = async (message: Msg): Promise<void> => {
      const parsed = parseJson(message.data);
      try {
        if (!parsed.ok) throw new HoldfastError('invalid_request', `No JSON: ${parsed.reason}`);
        message.respond(JSON.stringify({ answer: await handle(parsed.value) }));
      } catch (error) {
        const failure = failureOf(error);
        if (failure.code === 'internal') link.report(problem(`Answering ${subject} failed.`, error));
        if (link.isConnected()) message.respond(JSON.stringify({ error: failure }));
      }
    };
    const subscription = link.connection.subscribe(subject, { queue: link.name });
    const answerAll = async (): Promise<void> => {
      for await (const message of subscription) {
        const done = answer(message);
        answering.add(done);
        void done.finally(() => answering.delete(done));
      }
    };
    const serving = answerAll().catch((error: unknown) => {
      link.report(problem(`Answering ${subject} ended.`, error));
    });
    const responder: Subscription = {
      pause: () => subscription.unsubscribe(),
      stop: async (deadlineMs = STOP_MS) => {
        subscriptions.delete(responder);
        subscription.unsubscribe();
        await settledWithin([serving, ...answering], deadlineMs);
      },
    };
    subscriptions.add(responder);
    // The server has the subscription before anybody is told that we answer.
    if (link.isConnected()) await link.connection.flush();
    return responder;
  }

  return { broadcast, listen, request, respond };
}

const problem = (message: string, cause?: unknown) => new HoldfastError('internal', message, { cause });
