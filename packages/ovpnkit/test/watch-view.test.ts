import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters, styleText } from 'node:util';
import { type Client, ConnectionError, RealAddress, type Status } from '@ovpnkit/management';
import fc from 'fast-check';
import { createWatched, type Watched, type WatchModel } from '../src/watch/model.ts';
import { type Navigation, press, startNavigation } from '../src/watch/navigation.ts';
import { summarize } from '../src/watch/summary.ts';
import { type Frame, renderWatch } from '../src/watch/view.ts';
import { clientStatus, manyClients, serverStatus, state } from './watch-material.ts';

const long = RealAddress.parse('2001:db8:1234:5678:9abc:def0:1234:5678') ?? assert.fail();
const now = new Date(Date.UTC(2026, 10, 21, 12));

function watched(status: Status | undefined = serverStatus()): Watched {
  const watched = createWatched('/run/server.sock', 1000);
  watched.apply({ type: 'release', release: 'OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)]' }, now);
  const connected = state('CONNECTED', {
    mode: status?.mode === 'unknown' ? undefined : status?.mode,
    upSince: new Date(now.getTime() - 90_000),
  });
  watched.apply({ type: 'event', event: { type: 'snapshot', pid: 42, state: connected, status } }, now);
  return watched;
}

const frame = (rest: Partial<Frame> = {}): Frame => ({
  ...{ columns: 120, rows: 40, now, notes: [], style: (_, text) => text },
  ...rest,
});

const linesOf = (
  model: WatchModel,
  rest?: Partial<Frame>,
  navigation = startNavigation(),
): readonly string[] => renderWatch(model, navigation, frame(rest)).lines;

const render = ({ model }: Watched, rest?: Partial<Frame>): string => linesOf(model, rest).join('\n');

/** How many cells a line takes: what the tests print is ASCII, or two cells wide. */
const cells = (line: string): number =>
  [...stripVTControlCharacters(line)].reduce(
    (sum, character) => sum + (/[\u3000-\uffdc]/.test(character) ? 2 : 1),
    0,
  );

describe('the screen of a watch', () => {
  it('shows which daemon it is, how it is, and its clients', () => {
    const text = render(watched());
    assert.match(
      text,
      /^\/run\/server\.sock +\? keys {2}q quits\nOpenVPN 2\.6\.14 {2}server {2}CONNECTED SUCCESS {2}up 1m 30s {2}process 42\n/,
    );
    assert.match(text, /^ {2}name +real address +virtual +in +out +received +sent +for +user +cipher$/m);
    for (const { commonName, realAddress } of serverStatus().clients) {
      assert.ok(
        text.split('\n').some(line => line.startsWith(commonName, 2) && line.includes(realAddress.text)),
      );
    }
    assert.match(text, /^4 clients {2}in - {2}out - {2}received [\d.]+ (Ki|Mi)?B {2}sent [\d.]+ (Ki|Mi)?B$/m);
  });

  it('shows the rates of each client and their sum', () => {
    const { model, apply } = watched();
    const clients = serverStatus().clients.map(
      (client): Client => ({ ...client, bytesReceived: client.bytesReceived + 2048n }),
    );
    apply({ type: 'status', status: serverStatus(clients) }, new Date(now.getTime() + 2000));
    const text = linesOf(model).join('\n');
    assert.equal(text.match(/ 1\.0 KiB\/s +0 B\/s /g)?.length, 4);
    assert.match(text, /^4 clients {2}in 4\.0 KiB\/s {2}out 0 B\/s {2}/m);
    assert.match(
      summarize(model, now),
      /^CONNECTED, 4 clients, received .* \(4\.0 KiB\/s\), sent .* \(0 B\/s\)$/,
    );
  });

  it('shows the counters of a daemon in client mode', () => {
    const text = render(watched(clientStatus()));
    assert.match(text, /^in - {2}out -/m);
    assert.match(text, /^TUN\/TAP read bytes: \d+$/m);
  });

  it('shows that the daemon is away, since when and why', () => {
    const { model, apply } = watched();
    apply(
      {
        type: 'event',
        event: { type: 'down', error: new ConnectionError('closed', '/run/server.sock', 'gone') },
      },
      now,
    );
    const later = new Date(now.getTime() + 61_000);
    apply({ type: 'event', event: { type: 'retry', attempt: 3, error: new Error('nobody\nthere') } }, later);
    const text = linesOf(model, { now: later }).join('\n');
    assert.match(text, /^away for 1m 01s, 3 attempts to reach it: nobody\\x0athere$/m);
    assert.equal(summarize(model, later), 'away for 1m 01s');
  });

  it('shows what the daemon waits for and rows that cannot be read', () => {
    const { model, apply } = watched({ ...serverStatus(), malformed: ['CLIENT_LIST\tx'] });
    apply({ type: 'event', event: { type: 'HOLD', text: 'Waiting for hold release:5', wait: 5 } }, now);
    const text = linesOf(model).join('\n');
    assert.match(text, /^it waits: Waiting for hold release:5$/m);
    assert.match(
      text,
      /^1 row of the daemon's answer cannot be read with certainty:\n {2}CLIENT_LIST\\x09x$/m,
    );
  });

  it('shows a note whole or not at all, below the clients, and on the page of the keys', () => {
    const note = 'try this:\novpnkit --management unix:/tmp/a-directory/client1.sock status';
    const { model } = watched();
    const lines = linesOf(model, { columns: 80, notes: [note] });
    const at = lines.indexOf('try this:');
    assert.equal(lines[at + 1], note.split('\n')[1]);
    assert.ok(at > lines.findLastIndex(line => /^[> ] client/.test(line)));
    assert.ok(!linesOf(model, { columns: 40, rows: 10, notes: [note] }).includes('try this:'));
    const help = { ...startNavigation(), page: { type: 'help', top: 0 } } as const;
    assert.ok(linesOf(model, { columns: 80, notes: [note] }, help).includes('try this:'));
  });

  it('says that the first answer is still missing', () => {
    const { model } = createWatched('/run/server.sock', 1000);
    const waiting = "waiting for the daemon's first answer …";
    assert.ok(linesOf(model, { columns: 40, rows: 10 }).includes(waiting));
    assert.ok(!linesOf(watched().model).includes(waiting));
  });

  it('takes no room from everybody for one long name, or one long address', () => {
    const clients = manyClients(20).map(
      (client, index): Client =>
        index === 3
          ? { ...client, commonName: 'x'.repeat(200) }
          : index === 4
            ? { ...client, realAddress: long }
            : client,
    );
    const lines = linesOf(watched(serverStatus(clients)).model, { columns: 80, rows: 40 });
    const shown = lines.filter(line => /^[> ] client\d+ /.test(line));
    assert.equal(shown.length, 19);
    for (const [index, line] of shown.entries()) {
      assert.match(line, / 10\.8\.\d+\.\d+/);
      if (line.includes('client5 ')) assert.match(line, / 2001:db8:[\da-f:]*:… /);
      else assert.match(line, / 198\.51\.\d+\.\d+:\d+ /, `${index}`);
    }
    assert.ok(lines.some(line => /^ {2}x+… {2}/.test(line)));
  });

  it('keeps hostile names on their line, also on the page of the client', () => {
    const names = ['evil\x1b[31m\x1b[2J', 'line\nfeed', '\u202eright', '日本語'.repeat(60), 'é'.repeat(200)];
    const clients = manyClients(names.length).map((client, index) => ({
      ...client,
      commonName: names[index] ?? '',
    }));
    const { model } = watched(serverStatus(clients));
    for (const columns of [20, 40, 80, 200]) {
      const list = renderWatch(model, startNavigation('name'), frame({ columns, rows: 24 }));
      for (let row = 0; row < names.length; row++) {
        const cursor: Navigation = { ...startNavigation('name'), cursor: row };
        const page = press(cursor, { name: 'return', text: '\r' }, list.sight);
        assert.ok(page !== 'quit' && page.page.type === 'client');
        for (const line of [...list.lines, ...linesOf(model, { columns, rows: 24 }, page)]) {
          assert.ok(cells(line) <= columns, line);
          assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
        }
      }
    }
  });

  it('leaves out columns rather than the traffic on a narrow terminal', () => {
    const wide = render(watched(), { columns: 200 });
    const narrow = render(watched(), { columns: 50 });
    assert.match(wide, /cipher$/m);
    assert.match(narrow, /^ {2}name +virtual +in +out$/m);
    assert.doesNotMatch(narrow, /cipher/);
  });

  it('has no column that nobody has anything in', () => {
    const clients = manyClients(5).map(
      (client): Client => ({ ...client, username: undefined, cipher: undefined }),
    );
    const text = render(watched(serverStatus(clients)), { columns: 200 });
    assert.match(text, /^ {2}name +real address +virtual +in +out +received +sent +for$/m);
    const one = clients.map((client, index) => (index === 2 ? { ...client, username: 'alice' } : client));
    assert.match(render(watched(serverStatus(one)), { columns: 200 }), /^ {2}name .* for +user$/m);
  });

  it('says how many clients there is no room for', () => {
    const clients = manyClients(500);
    const text = render(watched(serverStatus(clients)), { rows: 24 });
    const shown = text.match(/^[> ] client\d+ /gm)?.length ?? 0;
    assert.ok(shown > 5);
    assert.match(text, new RegExp(`^1-${shown} of 500 {2}busiest first$`, 'm'));
    assert.match(text, /^recent$/m);
  });

  it('fits every terminal, whatever clients are called and whatever the log says', () => {
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom('日本語'.repeat(20), 'x'.repeat(300), '\x1b[31m\n', '\u202e'),
    );
    const ascii = nasty.map(text => text.replace(/[^\x20-\x7e\u3000-\u9fff\x1b\n\u202e]/gu, '?'));
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 250 }),
      rows: fc.integer({ min: 1, max: 80 }),
    });
    fc.assert(
      fc.property(
        size,
        fc.array(ascii, { maxLength: 30 }),
        fc.array(ascii),
        fc.boolean(),
        (size, names, texts, coloured) => {
          const [client] = serverStatus().clients;
          assert.ok(client);
          const clients = names.map((commonName, cid): Client => ({ ...client, cid, commonName }));
          const { model, apply } = watched(serverStatus(clients));
          for (const text of texts) {
            const message = { time: now, flags: 'W', severity: 'warning', text } as const;
            apply({ type: 'event', event: { type: 'LOG', ...message } }, now);
            apply({ type: 'remark', text }, now);
          }
          const style: Frame['style'] = (format, text) =>
            coloured ? styleText(format, text, { validateStream: false }) : text;
          const notes = texts.slice(0, 1);
          const lines = [
            linesOf(model, { ...size, style, notes }),
            linesOf(
              model,
              { ...size, style, notes },
              { ...startNavigation(), page: { type: 'help', top: 0 } },
            ),
          ].flatMap((lines, page) => {
            assert.ok(lines.length <= size.rows, `${lines.length} lines on page ${page}`);
            return lines;
          });
          for (const line of lines) {
            assert.ok(cells(line) <= size.columns, `${cells(line)} > ${size.columns}: ${line}`);
            assert.doesNotMatch(stripVTControlCharacters(line), /[\p{Cc}\p{Cf}]/u);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
