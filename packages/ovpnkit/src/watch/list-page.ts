import { shorten } from '../output/cut.ts';
import { joinParts } from '../output/parts.ts';
import { printable } from '../output/printable.ts';
import type { WatchedClient } from './client-list.ts';
import { orderNames } from './client-order.ts';
import { clientTable } from './client-table.ts';
import type { WatchModel } from './model.ts';
import { cursorOf, type Navigation, type Sight, topAround, topOf } from './navigation.ts';
import { sidelines, sidelinesLength } from './sidelines.ts';
import type { Drawn, Frame } from './view.ts';

/** Below this many rows every one is for the clients: no blank lines, no titles, no log. */
const scarce = 16;

/**
 * The clients of a server or the counters of a client, and below them, as far as there is room, the program's notes,
 * what has happened and the log. `rows` of the frame are those below the header.
 */
export function listPage(model: WatchModel, navigation: Navigation, frame: Frame): Drawn {
  const isScarce = frame.rows < scarce;
  const before = isScarce ? [] : [''];
  const rest = Math.max(0, frame.rows - before.length);
  const beside = isScarce ? 0 : Math.min(Math.floor(rest * 0.3), sidelinesLength(model, frame));
  const { lines, sight } = mainList(model, navigation, frame, rest - beside);
  const above = lines.length > 0 ? [...before, ...lines] : [];
  const below = sidelines(model, { ...frame, rows: Math.max(0, frame.rows - above.length) }, isScarce);
  return { lines: [...above, ...below], sight };
}

function mainList(model: WatchModel, navigation: Navigation, frame: Frame, rows: number): Drawn {
  const { status } = model;
  if (status === undefined || status.mode === 'unknown')
    return { lines: [], sight: { clients: [], length: 0, room: rows } };
  if (status.mode === 'server')
    return clientRows(model, model.clients.select(navigation.selection), navigation, frame, rows);
  const counters = [...status.statistics].map(([name, value]) => `${printable(name)}: ${value}`);
  return counterRows(counters, navigation, frame, rows);
}

function clientRows(
  model: WatchModel,
  clients: readonly WatchedClient[],
  navigation: Navigation,
  { columns, now, style }: Frame,
  rows: number,
): Drawn {
  const { order } = navigation.selection;
  const sight: Sight = { clients, length: clients.length, room: Math.max(0, rows - 2) };
  const cursor = cursorOf(navigation, sight);
  const top = topAround(cursor, navigation.top, sight);
  const shown = clients.slice(top, top + sight.room);
  const foot = position(navigation, sight, top, columns);
  if (clients.length === 0) {
    const none = model.clients.all.length === 0 ? 'no client is connected' : 'no client matches the filter';
    return {
      lines: [
        shorten(none, columns),
        ...(navigation.selection.filter === '' && !navigation.typing ? [] : [foot]),
      ],
      sight,
    };
  }
  const table = clientTable(
    { all: model.clients.all, shown, cursor: cursor - top, order },
    columns,
    now,
    style,
  );
  return { lines: [...table, style('dim', foot)].slice(0, rows), sight };
}

/** Which part of the list this is, in which order, and what it is filtered by. */
function position({ selection, typing }: Navigation, sight: Sight, top: number, columns: number): string {
  const { order, reversed, filter } = selection;
  const isFiltered = typing || filter !== '';
  return joinParts(
    [
      { spellings: [[isFiltered ? `filter: ${printable(filter)}${typing ? '_' : ''}` : '', typing ? 4 : 2]] },
      { spellings: [[range(sight, top) || (isFiltered ? `${sight.length} shown` : ''), 3]] },
      { spellings: [[orderNames[order][reversed ? 1 : 0], 1]] },
    ],
    columns,
  );
}

/** Which rows are seen; nothing when all are. */
const range = ({ length, room }: Sight, top: number): string =>
  length > room ? `${top + 1}-${Math.min(length, top + room)} of ${length}` : '';

function counterRows(
  counters: readonly string[],
  navigation: Navigation,
  { columns, style }: Frame,
  rows: number,
): Drawn {
  const fits = counters.length <= rows;
  const sight: Sight = { clients: [], length: counters.length, room: Math.max(0, fits ? rows : rows - 1) };
  const top = topOf(navigation.top, sight);
  const lines = counters.slice(top, top + sight.room).map(line => shorten(line, columns));
  return {
    lines: fits ? lines : [...lines, style('dim', `${range(sight, top)} counters`)].slice(0, rows),
    sight,
  };
}
