import { wrap } from '../output/cut.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import { clientOrders } from './client-order.ts';

const keys = [
  ['Up Down  k j', 'one row up, down'],
  ['PgUp PgDn', 'a page up, down'],
  ['Home End  g G', 'the first, the last'],
  ['Enter', 'look at this client'],
  ['Esc', 'back; no filter'],
  ['/', 'filter, as you type'],
  ['s S', 'the next order, back'],
  ['r', 'turn the order round'],
  ['?', 'these keys'],
  ['q  Ctrl-C', 'quit'],
] as const;

const about = [
  `Orders: ${clientOrders.join(', ')}.`,
  'The filter takes a part of a name, a user name or an address.',
  'Rates are of the last interval, and the list is sorted anew with each answer of the daemon.',
];

/** What the keys do, and the notes of the program. */
export function helpPage(notes: readonly string[], columns: number, style: Style): string[] {
  const rows = keys.flatMap(([key, does]) => wrap(`${key.padEnd(15)}${does}`, columns));
  const texts = [...about, ...notes].flatMap(text => ['', ...wrapNote(text, columns)]);
  return [style('bold', 'keys'), ...rows, ...texts];
}

/** A note in lines; its own line feeds stay. */
export const wrapNote = (note: string, columns: number): string[] =>
  note.split('\n').flatMap(line => wrap(printable(line), columns));
