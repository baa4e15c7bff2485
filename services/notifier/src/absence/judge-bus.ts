export type BusView = {
  readonly isConnected: boolean;
  /** Since when it is as it is. */
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly graceMs: number;
  readonly isTold: boolean;
};

/** One word when it goes, one when it is back; a restart that is over within the grace is nobody's concern. */
export function judgeBus(view: BusView): 'tell-away' | 'tell-back' | 'nothing' {
  if (view.isConnected) return view.isTold ? 'tell-back' : 'nothing';
  return !view.isTold && view.nowMs - view.sinceMs >= view.graceMs ? 'tell-away' : 'nothing';
}
