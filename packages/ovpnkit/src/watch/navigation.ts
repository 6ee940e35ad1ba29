import type { WatchedClient } from './client-list.ts';
import { type ClientOrder, clientOrders, type Selection } from './client-order.ts';

/** What the user has chosen to look at. */
export type Navigation = {
  readonly page: Page;
  readonly selection: Selection;
  /** The filter is being typed, so that letters are no commands. */
  readonly typing: boolean;
  /** Where in the list the cursor is, and what its first visible row is. */
  readonly cursor: number;
  readonly top: number;
};

export type Page =
  | { readonly type: 'list' }
  /** `top` is the first visible line. */
  | { readonly type: 'help'; readonly top: number }
  /** As it was when it was chosen: it may leave while one looks at it. */
  | { readonly type: 'client'; readonly chosen: WatchedClient; readonly top: number };

/** What was on the screen when a key was pressed. Keys mean what one sees. */
export type Sight = {
  /** All clients of the list, in its order; empty for a daemon without clients. */
  readonly clients: readonly WatchedClient[];
  /** How many rows of the list, or lines of the page, there are, and how many fit. */
  readonly length: number;
  readonly room: number;
};

/** A key by the name that Node gives it, and the text that it types. */
export type Key = { readonly name: string; readonly text: string };

/** How a watch begins. */
export const startNavigation = (order: ClientOrder = 'busiest'): Navigation => ({
  page: { type: 'list' },
  selection: { order, reversed: false, filter: '' },
  ...{ typing: false, cursor: 0, top: 0 },
});

/** What a key makes of it. Keys without a meaning change nothing. */
export function press(navigation: Navigation, key: Key, sight: Sight): Navigation | 'quit' {
  if (navigation.typing) return type(navigation, key, sight);
  if (key.text === 'q') return 'quit';
  const step = stepOf(key, sight.room);
  if (step !== undefined) return move(navigation, step, sight);
  const { page } = navigation;
  switch (page.type) {
    case 'list':
      return pressInList(navigation, key, sight);
    case 'help':
    case 'client':
      if (key.text === '?' && page.type === 'client')
        return { ...navigation, page: { type: 'help', top: 0 } };
      return isBack(key) || key.text === '?' ? { ...navigation, page: { type: 'list' } } : navigation;
  }
}

const isBack = ({ name }: Key): boolean =>
  name === 'escape' || name === 'backspace' || name === 'left' || isEnter(name);
const isEnter = (name: string): boolean => name === 'return' || name === 'enter';

function pressInList(navigation: Navigation, key: Key, sight: Sight): Navigation {
  const { selection } = navigation;
  const at = clientOrders.indexOf(selection.order);
  const turn = (by: number): Navigation => {
    const order = clientOrders.at((at + by) % clientOrders.length) ?? selection.order;
    return choose(navigation, { order, reversed: false });
  };
  if (isEnter(key.name)) {
    const chosen = sight.clients[cursorOf(navigation, sight)];
    return chosen ? { ...navigation, page: { type: 'client', chosen, top: 0 } } : navigation;
  }
  if (key.name === 'escape') return choose(navigation, { filter: '' });
  switch (key.text) {
    case '?':
      return { ...navigation, page: { type: 'help', top: 0 } };
    case '/':
      return { ...navigation, typing: true };
    case 's':
      return turn(1);
    case 'S':
      return turn(-1);
    case 'r':
      return choose(navigation, { reversed: !selection.reversed });
    default:
      return navigation;
  }
}

/** Another list begins at its top. */
const choose = (navigation: Navigation, changed: Partial<Selection>): Navigation => ({
  ...navigation,
  ...{ selection: { ...navigation.selection, ...changed }, cursor: 0, top: 0 },
});

const longestFilter = 100;

function type(navigation: Navigation, key: Key, sight: Sight): Navigation {
  const { filter } = navigation.selection;
  if (isEnter(key.name)) return { ...navigation, typing: false };
  if (key.name === 'escape') return { ...choose(navigation, { filter: '' }), typing: false };
  if (key.name === 'backspace') return choose(navigation, { filter: [...filter].slice(0, -1).join('') });
  const longer = /^[^\p{Cc}]+$/u.test(key.text) ? filter + key.text : filter;
  if (longer !== filter && longer.length <= longestFilter) return choose(navigation, { filter: longer });
  const step = stepOf({ name: key.name, text: '' }, sight.room);
  return step === undefined ? navigation : move(navigation, step, sight);
}

/** By how many rows a key moves; `undefined` for any other key. */
function stepOf({ name, text }: Key, room: number): Step | undefined {
  const page = Math.max(1, room);
  if (name === 'up' || text === 'k') return { rows: -1 };
  if (name === 'down' || text === 'j') return { rows: 1 };
  if (name === 'pageup') return { rows: -page, page: true };
  if (name === 'pagedown' || text === ' ') return { rows: page, page: true };
  if (name === 'home' || text === 'g') return { rows: -Infinity };
  if (name === 'end' || text === 'G') return { rows: Infinity };
  return undefined;
}

/** A page takes the first visible row along, and not only the cursor. */
type Step = { readonly rows: number; readonly page?: true };

function move(navigation: Navigation, step: Step, sight: Sight): Navigation {
  const { page } = navigation;
  if (page.type !== 'list')
    return { ...navigation, page: { ...page, top: topOf(page.top + step.rows, sight) } };
  if (sight.clients.length === 0) return { ...navigation, top: topOf(navigation.top + step.rows, sight) };
  const cursor = clamp(cursorOf(navigation, sight) + step.rows, sight.length - 1);
  const top = topOf(navigation.top, sight) + (step.page ? step.rows : 0);
  return { ...navigation, cursor, top: topAround(cursor, top, sight) };
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));

/** The cursor on a list that may have become shorter. */
export const cursorOf = ({ cursor }: Navigation, { length }: Pick<Sight, 'length'>): number =>
  clamp(cursor, length - 1);

/** The first visible row: the last ones fill the screen. */
export const topOf = (top: number, { length, room }: Omit<Sight, 'clients'>): number =>
  clamp(top, length - room);

/** The same, so that the cursor is visible. */
export const topAround = (cursor: number, top: number, sight: Omit<Sight, 'clients'>): number =>
  topOf(Math.max(cursor - sight.room + 1, Math.min(topOf(top, sight), cursor)), sight);
