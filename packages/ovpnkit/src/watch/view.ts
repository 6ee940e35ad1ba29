import { cut } from '../output/cut.ts';
import type { Style } from '../output/style.ts';
import { clientPage } from './client-page.ts';
import { type Size, watchHeader } from './header.ts';
import { helpPage } from './help-page.ts';
import { listPage } from './list-page.ts';
import type { WatchModel } from './model.ts';
import { type Navigation, type Sight, topOf } from './navigation.ts';

/** The screen that the model is drawn on. */
export type Frame = Size & {
  readonly now: Date;
  /** What the program has to say beside the daemon; line feeds in it stay. */
  readonly notes: readonly string[];
  readonly style: Style;
};

/** A screen: at most `rows` lines, none wider than `columns`, and what the keys need to know of it. */
export type Drawn = { readonly lines: readonly string[]; readonly sight: Sight };

/** What the user has chosen to see of the model. */
export function renderWatch(model: WatchModel, navigation: Navigation, frame: Frame): Drawn {
  const { columns, rows, now, style, notes } = frame;
  const { page } = navigation;
  switch (page.type) {
    case 'list': {
      const header = watchHeader(model, frame, now, style);
      const { lines, sight } = listPage(model, navigation, {
        ...frame,
        rows: Math.max(0, rows - header.length),
      });
      return { lines: fitTo(frame, [...header, ...lines]), sight };
    }
    case 'help':
      return textPage(helpPage(notes, columns, style), page.top, '? or Esc: back', frame);
    case 'client':
      return textPage(clientPage(model, page.chosen, columns, now, style), page.top, 'Esc: back', frame);
  }
}

/** A page that is a text, a part of which is seen where it is longer than the screen. */
function textPage(text: readonly string[], wanted: number, back: string, frame: Frame): Drawn {
  const room = Math.max(0, frame.rows - 1);
  const sight = { clients: [], length: text.length, room };
  const top = topOf(wanted, sight);
  const more =
    text.length > room ? `  ${top + 1}-${Math.min(text.length, top + room)} of ${text.length} lines` : '';
  const foot = frame.style('dim', `${back}${more}`);
  return { lines: fitTo(frame, [...text.slice(top, top + room), foot]), sight };
}

const fitTo = ({ columns, rows }: Size, lines: readonly string[]): string[] =>
  lines.slice(0, Math.max(0, rows)).map(line => cut(line, columns));
