import { envelopeSchema, subjectOf, type Envelope, type Failure } from '@holdfast/contracts';
import { parseJson } from './parse-json.ts';

export type ReadEnvelope =
  { readonly ok: true; readonly event: Envelope } | { readonly ok: false; readonly reason: Failure };

/**
 * The event that these bytes are, or why they are none. `subject`, without prefix, must be its own: NATS judged by the
 * subject who may say this, so an event that calls itself something else is refused.
 */
export function readEnvelope(bytes: Uint8Array, subject: string): ReadEnvelope {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return refuse(`The message is no JSON: ${parsed.reason}`);
  const envelope = envelopeSchema.safeParse(parsed.value);
  if (envelope.success) {
    const { type, database } = envelope.data;
    const own = subjectOf(type, database);
    return own === subject
      ? { ok: true, event: envelope.data }
      : refuse(`The message came on ${subject} but says that it belongs on ${own}`);
  }
  const issues = envelope.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  return refuse(`The message is no CloudEvent: ${issues.join('; ')}`);
}

const refuse = (message: string): ReadEnvelope => ({
  ok: false,
  reason: { code: 'invalid_request', message: message.slice(0, 4_000) },
});
