/** A started service. `stop` drains it in the order of the phases and releases all it holds; idempotent. */
export type RunningService = { readonly name: string; stop(): Promise<void> };
