/** Whether a pin still holds. */
export const isPinned = (pin: { readonly until?: string | undefined }, now: Date): boolean =>
  pin.until === undefined || Date.parse(pin.until) > now.getTime();
