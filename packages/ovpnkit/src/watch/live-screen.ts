import { styleFor } from '../output/style.ts';
import { readKeys } from './keyboard.ts';
import type { WatchModel } from './model.ts';
import { type Navigation, press, type Sight } from './navigation.ts';
import { openOtherScreen } from './other-screen.ts';
import type { Screen } from './screen.ts';
import { renderWatch } from './view.ts';

export type LiveScreenOptions = {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly notes: readonly string[];
  /** What the user sees before he presses a key. */
  readonly navigation: Navigation;
  /** The user has pressed q. */
  onQuit(): void;
};

/** However fast events come, this is how often at most they are drawn. */
const drawEveryMs = 100;
/** However little happens, times go on. */
const tickMs = 1000;

/** A screen that is drawn when the model, the keys, the size or the time have changed it. */
export function openLiveScreen({
  input,
  output,
  notes,
  navigation: start,
  onQuit,
}: LiveScreenOptions): Screen {
  const style = styleFor(output);
  let navigation = start;
  let sight: Sight = { clients: [], length: 0, room: 0 };
  let model: WatchModel | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;

  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!model) return;
    const drawn = renderWatch(model, navigation, { ...screen.size(), now: new Date(), notes, style });
    ({ sight } = drawn);
    screen.show(drawn.lines);
  };
  const screen = openOtherScreen(output, draw);
  const keyboard = readKeys(input, key => {
    const next = press(navigation, key, sight);
    if (next === 'quit') return onQuit();
    if (next === navigation) return;
    navigation = next;
    draw();
  });
  const tick = setInterval(draw, tickMs).unref();

  return {
    show(latest) {
      if (!isOpen) return;
      model = latest;
      timer ??= setTimeout(draw, drawEveryMs);
    },
    close() {
      isOpen = false;
      clearTimeout(timer);
      clearInterval(tick);
      keyboard.close();
      screen.close();
    },
  };
}
