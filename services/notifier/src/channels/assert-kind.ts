import { HoldfastError, type ChannelKind } from '@holdfast/contracts';
import type { Rendered } from '../templates/render.ts';

export function assertKind<K extends ChannelKind>(
  rendered: Rendered,
  kind: K,
): Extract<Rendered, { readonly kind: K }> {
  if (rendered.kind === kind) return rendered as Extract<Rendered, { readonly kind: K }>; // compared just now
  throw new HoldfastError('internal', `A message for ${rendered.kind} came to a channel of kind ${kind}.`);
}
