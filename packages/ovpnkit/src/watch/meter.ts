/** Bytes per second. */
export type Rates = { readonly received: number; readonly sent: number };

/** Turns counters that only grow into rates. */
export type Meter = {
  readonly received: bigint;
  readonly sent: bigint;
  /** Over the last full window; `undefined` before there is one. */
  readonly rates: Rates | undefined;
  /**
   * Takes the counters as they stood at this time (milliseconds), and returns how many bytes are new. Two sources may
   * tell of the same counters; what is older than what is known changes nothing.
   */
  add(at: number, received: bigint, sent: bigint): bigint;
  /** Forgets the rates: what comes next is not of the time until now. */
  rest(): void;
};

/** A meter whose rates span at least `windowMs`, so that two readings close to each other do not make them jump. */
export function createMeter(windowMs: number): Meter {
  let [received, sent] = [0n, 0n];
  let rates: Rates | undefined;
  let base: { at: number; received: bigint; sent: bigint } | undefined;
  let known = false;

  return {
    get received() {
      return received;
    },
    get sent() {
      return sent;
    },
    get rates() {
      return rates;
    },
    add(at, newReceived, newSent) {
      if (newReceived < received || newSent < sent) return 0n;
      const fresh = known ? newReceived - received + newSent - sent : 0n;
      known = true;
      [received, sent] = [newReceived, newSent];
      base ??= { at, received, sent };
      const elapsed = at - base.at;
      if (elapsed >= windowMs && elapsed > 0) {
        const perSecond = (from: bigint, to: bigint): number => (Number(to - from) * 1000) / elapsed;
        rates = { received: perSecond(base.received, received), sent: perSecond(base.sent, sent) };
        base = { at, received, sent };
      }
      return fresh;
    },
    rest() {
      rates = undefined;
      base = undefined;
    },
  };
}
