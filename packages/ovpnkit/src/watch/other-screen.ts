import type { Size } from './header.ts';

/** The terminal's other screen, so that the user's own comes back at the end, whatever the end is. */
export type OtherScreen = {
  size(): Size;
  /** Lines that fit. What has not changed is not written again. */
  show(lines: readonly string[]): void;
  close(): void;
};

const enter = '\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H';
const leave = '\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J\x1b[H';
/** Terminals that know these two show what is between them at once. */
const [beginUpdate, endUpdate] = ['\x1b[?2026h', '\x1b[?2026l'];

/** Nothing of the terminal changes before the first lines. `onResize` has to show them anew. */
export function openOtherScreen(output: NodeJS.WriteStream, onResize: () => void): OtherScreen {
  let before: readonly string[] = [];
  let isOpen = false;

  const open = (): void => {
    isOpen = true;
    output.write(enter);
    process.once('exit', restore);
  };
  const restore = (): void => void output.write(leave);
  const resize = (): void => {
    if (!isOpen) return;
    // What the terminal made of the old lines is unknown, so nothing of them may count as drawn.
    before = [];
    output.write(clear);
    onResize();
  };
  output.on('resize', resize);

  return {
    // Some terminals say that they are 0 by 0 until somebody sets their size.
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    show(lines) {
      if (!isOpen) open();
      const changed = lines.map((line, row) => (line === before[row] ? '' : `\x1b[2K${line}`));
      if (lines.length === before.length && changed.every(line => line === '')) return;
      // Line feeds rather than positions, so that a recorded screen can be read. The terminal adds the returns.
      const rest = lines.length < before.length ? '\n\x1b[J' : '';
      before = lines;
      output.write(`${beginUpdate}\x1b[H${changed.join('\n')}${rest}${endUpdate}`);
    },
    close() {
      output.off('resize', resize);
      process.off('exit', restore);
      if (isOpen) restore();
    },
  };
}
