import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ClientOrder, clientOrders, select } from '../src/watch/client-order.ts';
import { createWatched } from '../src/watch/model.ts';
import {
  type Key,
  type Navigation,
  press,
  type Sight,
  startNavigation,
  topAround,
} from '../src/watch/navigation.ts';
import { manyClients, serverStatus } from './watch-material.ts';

function listOf(count: number) {
  const { model, apply } = createWatched('address', 1000);
  const clients = manyClients(count);
  apply({ type: 'status', status: serverStatus(clients) }, new Date(0));
  const more = (cid: number): bigint => BigInt((cid * 7) % 10) * 1000n;
  const moved = clients.map((client, cid) => ({ ...client, bytesSent: client.bytesSent + more(cid) }));
  apply({ type: 'status', status: serverStatus(moved) }, new Date(1000));
  return model.clients;
}

const clients = listOf(10);
const sightOf = ({ selection }: Navigation, room = 4): Sight => {
  const shown = clients.select(selection);
  return { clients: shown, length: shown.length, room };
};

const named: Readonly<Record<string, string>> = { '\r': 'return', '\x1b': 'escape', '\x7f': 'backspace' };

/** Presses keys one after the other: a character, or a name of several letters. */
function pressAll(keys: readonly string[], start = startNavigation('name')): Navigation {
  return keys.reduce((navigation, text) => {
    const key: Key = text.length > 1 ? { name: text, text: '' } : { name: named[text] ?? text, text };
    const next = press(navigation, key, sightOf(navigation));
    return next === 'quit' ? assert.fail(`${text} quits`) : next;
  }, start);
}

describe('the keys of a watch', () => {
  it('move the cursor by one, by a page, to both ends', () => {
    const at = (...keys: string[]): [number, number] => {
      const { cursor, top } = pressAll(keys);
      return [cursor, top];
    };
    assert.deepEqual(at('down', 'j'), [2, 0]);
    assert.deepEqual(at('up', 'k'), [0, 0]);
    assert.deepEqual(at('j', 'j', 'j', 'j'), [4, 1]);
    assert.deepEqual(at('pagedown'), [4, 4]);
    assert.deepEqual(at('pagedown', 'pagedown', 'pagedown'), [9, 6]);
    assert.deepEqual(at('end', 'pageup'), [5, 2]);
    assert.deepEqual(at('G', 'k'), [8, 6]);
    assert.deepEqual(at('end', 'home'), [0, 0]);
    assert.deepEqual(at('G', 'g'), [0, 0]);
  });

  it('quit, but not while a filter is typed', () => {
    assert.equal(press(startNavigation(), { name: 'q', text: 'q' }, sightOf(startNavigation())), 'quit');
    const typed = pressAll(['/', 'q', 'u', '?']);
    assert.deepEqual([typed.typing, typed.selection.filter], [true, 'qu?']);
    assert.equal(pressAll(['/', 'q', '\r']).typing, false);
  });

  it('filter as one types, until Escape', () => {
    const names = (navigation: Navigation): string[] =>
      sightOf(navigation).clients.map(each => each.client.commonName);
    assert.deepEqual(names(pressAll(['/', 'T', '1'])), ['client1', 'client10']);
    assert.deepEqual(names(pressAll(['/', 't', '1', '0'])), ['client10']);
    assert.deepEqual(names(pressAll(['/', 't', '1', '0', '\x7f', '\r'])), ['client1', 'client10']);
    assert.deepEqual(names(pressAll(['/', ...'10.8.0.4'])), ['client5']);
    assert.deepEqual(names(pressAll(['/', ...'198.51.0.7:'])), ['client8']);
    assert.equal(names(pressAll(['/', '9', '\r', '\x1b'])).length, 10);
    assert.equal(names(pressAll(['/', '9', '\x1b'])).length, 10);
    assert.deepEqual(pressAll(['end', '/', '1']).cursor, 0);
  });

  it('go through the orders, there and back, and turn one round', () => {
    const order = (...keys: string[]): ClientOrder => pressAll(keys, startNavigation()).selection.order;
    assert.equal(order(), 'busiest');
    assert.deepEqual([order('s'), order('S'), order('s', 'S')], ['in', 'name', 'busiest']);
    assert.equal(order(...clientOrders.map(() => 's')), 'busiest');
    assert.equal(pressAll(['r']).selection.reversed, true);
    assert.equal(pressAll(['r', 's']).selection.reversed, false);
  });

  it('show one client, and the keys, and go back', () => {
    const { page } = pressAll(['j', '\r']);
    assert.ok(page.type === 'client');
    assert.equal(page.chosen.client.commonName, 'client2');
    assert.equal(pressAll(['j', '\r', '\x1b']).page.type, 'list');
    assert.equal(pressAll(['j', '\r', '\x1b']).cursor, 1);
    assert.equal(pressAll(['?']).page.type, 'help');
    assert.equal(pressAll(['?', '?']).page.type, 'list');
    assert.equal(pressAll(['/', 'x', 'x', '\r', '\r']).page.type, 'list');
  });

  it('keep the cursor on the screen and in the list, whatever is pressed and however the list changes', () => {
    const keys = [
      'up',
      'down',
      'pageup',
      'pagedown',
      'home',
      'end',
      's',
      'S',
      'r',
      '/',
      '1',
      '\r',
      '\x1b',
      '\x7f',
      '?',
      'f5',
      '\x00',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom(...keys), length: fc.nat(10), room: fc.nat(6) })),
        presses => {
          let navigation = startNavigation();
          for (const { key: text, length, room } of presses) {
            const shown = clients.select(navigation.selection).slice(0, length);
            const sight = { clients: shown, length: shown.length, room };
            const key = {
              name: text.length > 1 ? text : (named[text] ?? ''),
              text: text.length > 1 ? '' : text,
            };
            const next = press(navigation, key, sight);
            assert.ok(next !== 'quit');
            navigation = next;
            const cursor = Math.max(0, Math.min(navigation.cursor, shown.length - 1));
            const top = topAround(cursor, navigation.top, sight);
            assert.ok(top >= 0 && top <= Math.max(0, shown.length - room));
            if (room > 0) assert.ok(cursor >= top && cursor < top + room);
          }
        },
      ),
    );
  });
});

describe('the order of clients', () => {
  const sorted = (order: ClientOrder, reversed = false): string[] =>
    select(clients.all, { order, reversed, filter: '' }).map(({ client }) => client.commonName.slice(6));

  it('is what its name says', () => {
    // Sent bytes of the last second: 0 7 4 1 8 5 2 9 6 3 thousand.
    const busiest = ['8', '5', '2', '9', '6', '3', '10', '7', '4', '1'];
    assert.deepEqual(sorted('busiest'), busiest);
    assert.deepEqual(sorted('out'), busiest);
    assert.deepEqual(sorted('busiest', true), busiest.toReversed());
    assert.deepEqual(sorted('name'), ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    assert.deepEqual(sorted('since'), ['10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
    assert.deepEqual(sorted('received')[0], '10');
    // Those that are alike stay in the order of their names.
    assert.deepEqual(sorted('in'), sorted('name'));
    assert.deepEqual(sorted('in', true), sorted('name'));
  });

  it('holds until the next status', () => {
    const list = listOf(10);
    const selection = startNavigation().selection;
    const before = list.select(selection);
    list.count(0, 3000, 10_000_000n, 10_000_000n);
    assert.deepEqual(list.select(selection), before);
    assert.equal(before.at(-1)?.client.commonName, 'client1');
    list.update(manyClients(10), 4000);
    assert.equal(list.select(selection)[0]?.client.commonName, 'client1');
  });
});
