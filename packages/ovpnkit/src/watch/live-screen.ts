import { createLogUpdate } from 'log-update';
import { styleFor } from '../output/style.ts';
import type { WatchModel } from './model.ts';
import type { Screen } from './screen.ts';
import { renderWatch } from './view.ts';

export type LiveScreenOptions = {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly notes: readonly string[];
  /** The user has pressed q. */
  onQuit(): void;
};

const enterScreen = '\x1b[?1049h\x1b[H';
const leaveScreen = '\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J\x1b[H';

/** However fast events come, this is how often at most they are drawn. */
const drawEveryMs = 100;

/** The terminal's other screen, so that the user's own comes back at the end, whatever the end is. */
export function openLiveScreen({ input, output, notes, onQuit }: LiveScreenOptions): Screen {
  const size = () => ({ columns: output.columns || 80, rows: output.rows || 24 });
  // Some terminals say that they are 0 by 0 until somebody sets their size.
  const sized = Object.create(output, {
    columns: { get: () => size().columns },
    rows: { get: () => size().rows },
  });
  const update = createLogUpdate(sized);
  const style = styleFor(output);
  let model: WatchModel | undefined;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    timer = undefined;
    if (!model) return;
    update(renderWatch(model, { ...size(), now: new Date(), notes, style }).join('\n'));
  };
  const resize = (): void => {
    // What the terminal made of the old lines is unknown, so nothing of them may count as drawn.
    update.done();
    output.write(clear);
    draw();
  };
  const press = (keys: Buffer): void => {
    for (const key of keys.toString('latin1')) {
      if (key === 'q') onQuit();
      // In raw mode the terminal makes no signal of Ctrl-C.
      else if (key === '\x03') process.kill(process.pid, 'SIGINT');
    }
  };
  const leave = (): void => void output.write(leaveScreen);

  output.write(enterScreen);
  process.once('exit', leave);
  output.on('resize', resize);
  if (input.isTTY) input.setRawMode(true).on('data', press);

  return {
    show(latest) {
      model = latest;
      timer ??= setTimeout(draw, drawEveryMs);
    },
    close() {
      clearTimeout(timer);
      model = undefined;
      output.off('resize', resize);
      if (input.isTTY) input.setRawMode(false).off('data', press).pause();
      update.done();
      process.off('exit', leave);
      leave();
    },
  };
}
