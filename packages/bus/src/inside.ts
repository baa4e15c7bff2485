import { HoldfastError } from '@holdfast/contracts';
import type { Bus } from './bus.ts';
import type { Link } from './link.ts';

/** What provisioning needs of a bus and nobody else may see. */
export type Inside = { readonly link: Link; readonly prefix: string };

const insides = new WeakMap<Bus, Inside>();

export function rememberInside(bus: Bus, inside: Inside): void {
  insides.set(bus, inside);
}

export function insideOf(bus: Bus): Inside {
  const inside = insides.get(bus);
  if (!inside) throw new HoldfastError('internal', 'This bus was not made by connectBus.');
  return inside;
}
