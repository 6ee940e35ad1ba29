// The screens of `watch`: three sizes of terminal, four sizes of server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createWatched } from '../src/watch/model.ts';
import { type Navigation, press, startNavigation } from '../src/watch/navigation.ts';
import { type Drawn, type Frame, renderWatch } from '../src/watch/view.ts';
import { manyClients, serverStatus, state } from './watch-material.ts';

const now = new Date(2026, 10, 28, 15);
const daysAgo = new Date(2026, 10, 25, 13, 30, 5);
const sizes = [
  { columns: 40, rows: 10 },
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
] as const;
const address = 'unix:/tmp/ovpnkit-lab-0-1234-AbCdEf/hub.sock';
const notes = [
  'demo: an OpenVPN server and three clients connect, exchange pings, reconnect and leave',
  `demo: in a second terminal try any command (or nc -U):\nnpx ovpnkit --management ${address} status`,
];

/** A server with so many clients, each of which has had traffic; the first ones the most. */
function model(count: number) {
  const watched = createWatched(address, 900);
  const clients = manyClients(count);
  const upSince = daysAgo;
  const connected = state('CONNECTED', { time: daysAgo, mode: 'server', upSince });
  const log = Array.from({ length: 30 }, (_, line) => ({
    time: daysAgo,
    flags: 'I',
    severity: 'info' as const,
    text: `line ${line} of the log, with the address 198.51.100.77:49152 and 1234567890 in it`,
  }));
  watched.apply({ type: 'release', release: 'OpenVPN 2.6.14 x86_64-pc-linux-gnu' }, now);
  watched.apply({ type: 'history', states: [connected], log }, now);
  const status = serverStatus(clients);
  const snapshot = { type: 'snapshot', pid: 123_456, state: connected, status } as const;
  watched.apply({ type: 'event', event: snapshot }, new Date(now.getTime() - 1000));
  const later = clients.map((client, index) => ({
    ...client,
    bytesReceived: client.bytesReceived + BigInt(Math.max(0, 1_000_000 - index * 1000)),
  }));
  watched.apply({ type: 'status', status: serverStatus(later) }, now);
  return watched;
}

const plain: Frame['style'] = (_, text) => text;
const draw = (
  watched: ReturnType<typeof model>,
  size: { columns: number; rows: number },
  navigation: Navigation = startNavigation(),
): Drawn => renderWatch(watched.model, navigation, { ...size, now, notes, style: plain });

/** Addresses have all their parts, amounts their unit, and before a cut is no number. */
function assertWhole(lines: readonly string[]): void {
  for (const line of lines) {
    for (const [address] of line.matchAll(/\b198\.51\.[\d.:]*/g))
      assert.match(address, /^198\.51\.\d+\.\d+:\d{4,5}$/, line);
    for (const [address] of line.matchAll(/\b10\.8\.[\d.]*/g))
      assert.match(address, /^10\.8\.\d+\.\d+$/, line);
    for (const [, unit] of line.matchAll(/\b(?:in|out|received|sent) \d[\d.]*( \S*)?/g))
      assert.match(unit ?? '', /^ ([KMGTPE]i)?B(\/s)?$/, line);
    assert.doesNotMatch(line, /\d…/, line);
  }
}

for (const { columns, rows } of sizes) {
  describe(`the screen of ${columns} by ${rows}`, () => {
    for (const count of [0, 3, 300, 10_000]) {
      it(`fits with ${count} clients, every number whole, the clients before notes and log`, () => {
        const watched = model(count);
        const { lines } = draw(watched, { columns, rows });
        assert.ok(lines.length <= rows);
        for (const line of lines) assert.ok(line.length <= columns, `${line.length}: ${line}`);
        assertWhole(lines);

        const text = lines.join('\n');
        assert.match(lines[0] ?? '', /hub\.sock +\? keys {2}q quits$/);
        assert.match(lines[1] ?? '', /^OpenVPN 2\.6\.14 .*CONNECTED.* up 3d 01h\b/);
        assert.match(lines[2] ?? '', /\bin \S+( \S+\/s)? {2}out \S+( \S+\/s)?/);
        if (columns >= 80) assert.match(lines[1] ?? '', /process 123456$/);
        if (columns >= 80) assert.match(lines[2] ?? '', new RegExp(`^${count} clients .* received .* sent `));

        const shown = lines.filter(line => /^[> ] client\d+ /.test(line));
        const least = rows === 10 ? 5 : rows === 24 ? 10 : 35;
        assert.ok(shown.length >= Math.min(count, least), `${shown.length} clients`);
        assert.match(text, count === 0 ? /^no client is connected$/m : /^> client1 /m);
        if (count > shown.length)
          assert.match(text, new RegExp(`^1-${shown.length} of ${count} {2}busiest first$`, 'm'));

        const last = lines.findLastIndex(line => /^[> ] client\d+ /.test(line));
        const beside = lines.findIndex(line => /^(recent|log|demo: .*)$/.test(line));
        if (beside !== -1) assert.ok(beside > last);
        // A state of another day has its date; where clients came later it is not among the latest.
        if (count <= 3) assert.match(text, /^2026-11-25 13:30 state CONNECTED SUCCESS$/m);
        if (count === 3 && columns >= 80)
          assert.match(text, new RegExp(`^npx ovpnkit --management ${address} status$`, 'm'));
      });

      it(`reaches the last of ${count} clients, page by page and at once`, () => {
        const watched = model(count);
        const namesOf = ({ lines }: Drawn): string[] =>
          lines.flatMap(line => /^[> ] (client\d+) /.exec(line)?.[1] ?? []);
        const go = (navigation: Navigation, name: string): Navigation => {
          const drawn = draw(watched, { columns, rows }, navigation);
          const next = press(navigation, { name, text: '' }, drawn.sight);
          return next === 'quit' ? assert.fail('the key quits') : next;
        };
        const end = go(startNavigation('name'), 'end');
        if (count > 0) assert.equal(namesOf(draw(watched, { columns, rows }, end)).at(-1), `client${count}`);
        if (count > 300) return;

        const seen = new Set<string>();
        let navigation = startNavigation('name');
        for (let page = 0; page <= count; page++) {
          for (const name of namesOf(draw(watched, { columns, rows }, navigation))) seen.add(name);
          navigation = go(navigation, 'pagedown');
        }
        assert.equal(seen.size, count);
        assert.deepEqual({ ...navigation, top: 0 }, { ...end, top: 0 });
      });
    }
  });
}
