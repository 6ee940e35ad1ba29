import { cut } from '../output/cut.ts';
import { printable } from '../output/printable.ts';

/** One line on the terminal that says how far something is; nothing at all without a terminal. */
export type Progress = { show(text: string): void; clear(): void };

export function createProgress(output: NodeJS.WriteStream): Progress {
  let shown = false;
  const clear = (): void => {
    if (shown) output.write('\r\x1b[K');
    shown = false;
  };
  return {
    clear,
    show(text) {
      if (!output.isTTY) return;
      clear();
      output.write(cut(`${printable(text)} …`, output.columns - 1));
      shown = true;
    },
  };
}
