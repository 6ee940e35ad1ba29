import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionError, type Event, type Status } from '@ovpnkit/management';
import fc from 'fast-check';
import type { Input } from '../src/watch/input.ts';
import { createMeter } from '../src/watch/meter.ts';
import { createWatched, type Watched } from '../src/watch/model.ts';
import { manyClients, serverStatus, state } from './watch-material.ts';

describe('a meter', () => {
  it('has no rates before it has a window', () => {
    const meter = createMeter(1000);
    assert.equal(meter.add(0, 100n, 50n), 0n);
    assert.equal(meter.rates, undefined);
    assert.equal(meter.add(500, 200n, 50n), 100n);
    assert.equal(meter.rates, undefined);
    assert.deepEqual([meter.received, meter.sent], [200n, 50n]);
    assert.equal(meter.add(2000, 2100n, 1050n), 2900n);
    assert.deepEqual(meter.rates, { received: 1000, sent: 500 });
  });

  it('is not moved by what it knows already', () => {
    const meter = createMeter(1000);
    meter.add(0, 100n, 100n);
    assert.equal(meter.add(1000, 99n, 100n), 0n);
    assert.deepEqual([meter.received, meter.sent, meter.rates], [100n, 100n, undefined]);
  });

  it('does not count the time it rested as time without traffic', () => {
    const meter = createMeter(1000);
    meter.add(0, 0n, 0n);
    meter.add(1000, 1000n, 0n);
    meter.rest();
    assert.equal(meter.rates, undefined);
    assert.equal(meter.add(60_000, 2000n, 0n), 1000n);
    meter.add(61_000, 5000n, 0n);
    assert.deepEqual(meter.rates, { received: 3000, sent: 0 });
  });

  it('counts every byte once, however the readings are spread', () => {
    const readings = fc.array(fc.record({ after: fc.nat(5000), received: fc.nat(1e6), sent: fc.nat(1e6) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(readings, fc.integer({ min: 1, max: 3000 }), (readings, windowMs) => {
        const meter = createMeter(windowMs);
        let [at, received, sent, fresh] = [0, 0n, 0n, 0n];
        meter.add(at, received, sent);
        for (const reading of readings) {
          [at, received, sent] = [
            at + reading.after,
            received + BigInt(reading.received),
            sent + BigInt(reading.sent),
          ];
          fresh += meter.add(at, received, sent);
          // Another source that lags behind.
          fresh += meter.add(at, received / 2n, sent / 2n);
        }
        assert.equal(fresh, received + sent);
        assert.deepEqual([meter.received, meter.sent], [received, sent]);
        for (const rate of Object.values(meter.rates ?? {})) assert.ok(Number.isFinite(rate) && rate >= 0);
      }),
    );
  });
});

/** What happened, as `type name` pairs that are easy to compare. */
const told = (watched: Watched, input: Input, at = 0): string[] =>
  watched.apply(input, new Date(at)).map(happening => {
    if (happening.type === 'joined' || happening.type === 'left')
      return `${happening.type} ${happening.client.commonName}`;
    if (happening.type === 'state') return `state ${happening.state.name}`;
    return happening.type;
  });

const event = (event: Event): Input => ({ type: 'event', event });
const status = (status: Status | undefined): Input => ({ type: 'status', status });
const snapshot = (pid: number, status: Status | undefined): Input =>
  event({ type: 'snapshot', pid, state: state('CONNECTED'), status });
const down = event({ type: 'down', error: new ConnectionError('closed', 'address', 'gone') });

describe('what is watched', () => {
  it('is told by the difference of two statuses', () => {
    const watched = createWatched('address', 1000);
    const { clients } = serverStatus();
    assert.deepEqual(
      told(watched, snapshot(1, serverStatus())).toSorted(),
      clients.map(({ commonName }) => `joined ${commonName}`).toSorted(),
    );
    assert.deepEqual(told(watched, status(serverStatus())), []);
    const [gone, ...rest] = clients;
    assert.deepEqual(told(watched, status(serverStatus(rest))), [`left ${gone?.commonName}`]);
    assert.deepEqual(told(watched, status(serverStatus(clients))), [`joined ${gone?.commonName}`]);
    assert.equal(watched.model.seen.clients.size, 3);
  });

  it('tells of clients that were there before when they really came, and when they are back as well', () => {
    const watched = createWatched('address', 1000);
    const [first, second] = manyClients(2);
    assert.ok(first && second);
    const came = (input: Input, at: number): string[] =>
      watched
        .apply(input, new Date(at))
        .flatMap(each =>
          each.type === 'joined' ? `${each.client.commonName} ${each.at.toISOString()}` : [],
        );
    const at = first.connectedSince.getTime() + 3_600_000;
    assert.equal(watched.model.answered, false);
    // The second one came first.
    assert.deepEqual(came(snapshot(1, serverStatus([first, second])), at), [
      `client2 ${second.connectedSince.toISOString()}`,
      `client1 ${first.connectedSince.toISOString()}`,
    ]);
    assert.equal(watched.model.answered, true);
    const third = { ...first, cid: 7, commonName: 'new', connectedSince: new Date(at + 5000) };
    // While one watches, what counts is when it was seen.
    assert.deepEqual(came(status(serverStatus([first, second, third])), at + 6000), [
      `new ${new Date(at + 6000).toISOString()}`,
    ]);
    watched.apply(down, new Date(at + 10_000));
    const fourth = { ...third, cid: 8, commonName: 'unseen', connectedSince: new Date(at + 20_000) };
    assert.deepEqual(came(snapshot(1, serverStatus([first, second, third, fourth])), at + 60_000), [
      `unseen ${fourth.connectedSince.toISOString()}`,
    ]);
    const times = watched.model.recent.map(each => each.at.getTime());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    // The clock of a daemon elsewhere is ahead.
    const ahead = createWatched('address', 1000);
    const [told] = ahead.apply(snapshot(1, serverStatus([fourth])), new Date(at));
    assert.equal(told?.at.getTime(), at);
  });

  it('has the traffic of all its clients, whatever comes and goes', () => {
    const steps = fc.array(
      fc.array(fc.record({ cid: fc.nat(9), received: fc.nat(1e6), sent: fc.nat(1e6) }), { maxLength: 12 }),
      { maxLength: 12 },
    );
    const many = manyClients(10);
    fc.assert(
      fc.property(steps, steps => {
        const { model, apply } = createWatched('address', 1000);
        for (const [second, changes] of steps.entries()) {
          const there = many.filter(({ cid }) => changes.length % 3 !== (cid ?? 0) % 3);
          apply(status(serverStatus(there)), new Date(second * 1000));
          for (const { cid, received, sent } of changes)
            apply(
              event({
                type: 'BYTECOUNT_CLI',
                cid,
                received: 200_000n + BigInt(received),
                sent: 2_000_000n + BigInt(sent),
              }),
              new Date(second * 1000 + 500),
            );
          if (changes.length === 5) apply(down, new Date(second * 1000 + 600));
          const meters = model.clients.all.map(({ meter }) => meter);
          const { received, sent, rates } = model.clients.traffic();
          assert.equal(
            BigInt(received),
            meters.reduce((sum, meter) => sum + meter.received, 0n),
          );
          assert.equal(
            BigInt(sent),
            meters.reduce((sum, meter) => sum + meter.sent, 0n),
          );
          const known = meters.flatMap(meter => meter.rates?.received ?? []);
          assert.equal(rates === undefined, known.length === 0);
          const sum = known.reduce((sum, rate) => sum + rate, 0);
          assert.ok(Math.abs((rates?.received ?? 0) - sum) < 1e-3);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('joins a client when it has its name, not while it is still unknown', () => {
    const watched = createWatched('address', 1000);
    const [client] = serverStatus().clients;
    assert.ok(client);
    const unknown = { ...client, commonName: 'UNDEF' };
    assert.deepEqual(told(watched, status(serverStatus([unknown]))), []);
    assert.equal(watched.model.clients.all.length, 1);
    assert.deepEqual(told(watched, status(serverStatus([client]))), [`joined ${client.commonName}`]);
    assert.deepEqual(told(watched, status(serverStatus([]))), [`left ${client.commonName}`]);
    // One that never got its name has never joined, so it does not leave.
    assert.deepEqual(told(watched, status(serverStatus([unknown]))), []);
    assert.deepEqual(told(watched, status(serverStatus([]))), []);
  });

  it('takes a reconnected client for another one, also under the same id', () => {
    const watched = createWatched('address', 1000);
    const [client] = serverStatus().clients;
    assert.ok(client);
    told(watched, status(serverStatus([client])));
    const again = {
      ...client,
      connectedSince: new Date(client.connectedSince.getTime() + 5000),
      bytesReceived: 0n,
    };
    assert.deepEqual(told(watched, status(serverStatus([again]))), [
      `left ${client.commonName}`,
      `joined ${client.commonName}`,
    ]);
    assert.equal(watched.model.clients.all[0]?.meter.received, 0n);
  });

  it('has the traffic of each client from both of its sources', () => {
    const watched = createWatched('address', 1000);
    const [client] = serverStatus().clients;
    assert.ok(client?.cid !== undefined);
    const { cid, bytesReceived, bytesSent } = client;
    told(watched, status(serverStatus([client])), 0);
    told(
      watched,
      event({ type: 'BYTECOUNT_CLI', cid, received: bytesReceived + 2048n, sent: bytesSent }),
      2000,
    );
    const meter = watched.model.clients.all[0]?.meter;
    assert.deepEqual(meter?.rates, { received: 1024, sent: 0 });
    assert.equal(watched.model.seen.bytes, 2048n);
    // Of a client that no status has named yet.
    told(watched, event({ type: 'BYTECOUNT_CLI', cid: 999, received: 1n, sent: 1n }), 2000);
    assert.equal(watched.model.seen.bytes, 2048n);
  });

  it('counts what the daemon says, not what the connection says of itself', () => {
    const watched = createWatched('address', 1000);
    told(watched, snapshot(1, undefined));
    told(watched, down);
    told(watched, event({ type: 'up' }));
    assert.equal(watched.model.seen.events, 0);
    told(watched, event({ type: 'STATE', ...state('CONNECTED') }));
    told(watched, event({ type: 'unknown', line: '>NEW:thing' }));
    assert.equal(watched.model.seen.events, 2);
  });

  it('is away from down to snapshot, with the tries between, and forgets the rates meanwhile', () => {
    const watched = createWatched('address', 1000);
    const clients = serverStatus();
    told(watched, snapshot(1, clients), 0);
    told(watched, status(clients), 2000);
    assert.deepEqual(watched.model.clients.all[0]?.meter.rates, { received: 0, sent: 0 });
    assert.deepEqual(told(watched, down, 3000), ['away']);
    assert.equal(watched.model.clients.all[0]?.meter.rates, undefined);
    assert.deepEqual(told(watched, event({ type: 'retry', attempt: 1, error: new Error('no') }), 4000), []);
    assert.deepEqual(watched.model.presence, {
      type: 'away',
      since: new Date(3000),
      problem: 'no',
      attempts: 1,
    });
    assert.deepEqual(told(watched, event({ type: 'up' })), []);
    assert.deepEqual(told(watched, snapshot(1, clients), 5000), ['back']);
    assert.deepEqual(watched.model.presence, { type: 'here' });
  });

  it('starts anew with a daemon that was restarted, whose clients come again', () => {
    const watched = createWatched('address', 1000);
    told(watched, snapshot(1, serverStatus()));
    told(watched, down);
    const [client] = serverStatus().clients;
    assert.ok(client);
    assert.deepEqual(told(watched, snapshot(2, serverStatus([client]))), [
      'back',
      `joined ${client.commonName}`,
    ]);
    assert.equal(watched.model.clients.all.length, 1);
  });

  it('knows what a held daemon waits for until its state changes', () => {
    const watched = createWatched('address', 1000);
    told(watched, snapshot(1, undefined));
    const hold = event({ type: 'HOLD', text: 'Waiting for hold release:0', wait: 0 });
    assert.deepEqual(told(watched, hold), ['question']);
    assert.match(watched.model.question ?? '', /hold release/);
    assert.deepEqual(told(watched, event({ type: 'STATE', ...state('CONNECTING') })), ['state CONNECTING']);
    assert.equal(watched.model.question, undefined);
  });

  it('keeps the log without the commands of the watch itself', () => {
    const watched = createWatched('address', 1000);
    const line = (text: string) => ({ time: new Date(0), flags: 'D', severity: 'debug', text }) as const;
    watched.apply(
      {
        type: 'history',
        states: [state('CONNECTED')],
        log: [line("MANAGEMENT: CMD 'state on 5'"), line('old')],
      },
      new Date(0),
    );
    assert.deepEqual(told(watched, event({ type: 'LOG', ...line("MANAGEMENT: CMD 'status 3'") })), []);
    assert.deepEqual(told(watched, event({ type: 'LOG', ...line('new') })), ['log']);
    assert.deepEqual(
      watched.model.log.map(({ text }) => text),
      ['old', 'new'],
    );
    assert.deepEqual(
      watched.model.recent.map(({ type }) => type),
      ['state'],
    );
  });

  it('is bounded, however long it is watched', () => {
    const watched = createWatched('address', 1000);
    const line = { time: new Date(0), flags: '', severity: undefined, text: 'line' };
    for (let count = 0; count < 1000; count++) {
      told(watched, event({ type: 'LOG', ...line }));
      told(watched, event({ type: 'STATE', ...state('WAIT') }));
    }
    assert.equal(watched.model.log.length, 200);
    assert.equal(watched.model.recent.length, 50);
  });

  it('says of a daemon that answers late that it is silent, and takes it back', () => {
    const watched = createWatched('address', 1000);
    told(watched, { type: 'silence' }, 1000);
    told(watched, { type: 'silence' }, 2000);
    assert.deepEqual(watched.model.presence, { type: 'silent', since: new Date(1000) });
    told(watched, status(serverStatus()));
    assert.deepEqual(watched.model.presence, { type: 'here' });
  });
});
