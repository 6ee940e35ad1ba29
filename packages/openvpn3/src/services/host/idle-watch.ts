/** Tells when a service has had nothing to do for a whole period, to the moment. */
export type IdleWatch = {
  /** A call is served: the period begins again. */
  touch(): void;
  /** Something needs the service, until the function that this returns is called; then the period begins again. */
  hold(): () => void;
  /** Nothing holds it, and the period is over. */
  isIdle(): boolean;
  stop(): void;
};

/** `periodMs` 0 is never. `onIdle` is called once for each period that passes. */
export function watchIdle(periodMs: number, onIdle: () => void): IdleWatch {
  let last = performance.now();
  let holds = 0;
  let timer: NodeJS.Timeout | undefined;

  const left = () => Math.ceil(last + periodMs - performance.now());

  function arm(ms: number): void {
    clearTimeout(timer);
    if (periodMs > 0) timer = setTimeout(check, ms);
  }

  function check(): void {
    if (holds > 0) return; // the last release arms it again
    if (left() > 0) arm(left());
    else onIdle();
  }

  arm(periodMs);
  return {
    touch() {
      last = performance.now();
    },
    hold() {
      let held = true;
      holds++;
      return () => {
        if (!held) return;
        held = false;
        holds--;
        last = performance.now();
        if (holds === 0) arm(periodMs);
      };
    },
    isIdle: () => periodMs > 0 && holds === 0 && left() <= 0,
    stop: () => clearTimeout(timer),
  };
}
