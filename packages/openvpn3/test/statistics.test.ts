import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counterOfLog } from '../src/tunnel/counter-of-log.ts';
import { parseDeviceCounters, readDeviceCounters } from '../src/tunnel/device-counters.ts';
import { ifIndex, indexInIfInet6, indexInIgmp } from '../src/tunnel/dns/if-index.ts';
import { noStatistics, type Observation, observe, totalsOf } from '../src/tunnel/statistics.ts';

const totals = (observations: readonly Observation[]) => totalsOf(observations.reduce(observe, noStatistics));

test('what is zero is not shown, and packets of the transport are never invented', () => {
  deepEqual(totals([]), new Map());
  const device = { rxBytes: 0n, txBytes: 48n, rxPackets: 0n, txPackets: 1n };
  deepEqual(
    totals([
      { type: 'transport', life: 100n, received: 2389n, sent: 2695n },
      { type: 'device', life: 5n, counters: device },
      { type: 'event', name: 'N_PAUSE' },
      { type: 'event', name: 'N_PAUSE' },
    ]),
    // As an idle client of OpenVPN 3 shows the one packet that its host sends into a new device.
    new Map([
      ['BYTES_IN', 2389n],
      ['BYTES_OUT', 2695n],
      ['TUN_BYTES_IN', 48n],
      ['TUN_PACKETS_IN', 1n],
      ['N_PAUSE', 2n],
    ]),
  );
});

test('the daemon and the kernel count the same bytes, which are not added', () => {
  const device = { rxBytes: 300n, txBytes: 90n, rxPackets: 3n, txPackets: 1n };
  const statistics = new Map([
    ['TUN/TAP read bytes', 100n],
    ['TUN/TAP write bytes', 200n],
  ]);
  const shown = totals([
    { type: 'status', life: 1n, statistics },
    { type: 'device', life: 5n, counters: device },
  ]);
  deepEqual([shown.get('TUN_BYTES_IN'), shown.get('TUN_BYTES_OUT')], [100n, 300n]);
});

const counter = fc.bigInt({ min: 0n, max: 2n ** 60n });
/** Lives one after the other, each with its readings in any order, for a late one is possible. */
const lives = fc.array(fc.array(counter, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
const sumOfMaxima = (all: readonly (readonly bigint[])[]) =>
  all.reduce((sum, life) => sum + life.reduce((most, each) => (each > most ? each : most), 0n), 0n);

test('totals are the sum of the highest readings of each life, and never decrease', () => {
  const readings: Record<string, (life: bigint, value: bigint) => Observation> = {
    BYTES_IN: (life, received) => ({ type: 'transport', life, received, sent: 0n }),
    BYTES_OUT: (life, sent) => ({ type: 'transport', life, received: 0n, sent }),
    TUN_BYTES_IN: (life, value) => ({
      type: 'status',
      life,
      statistics: new Map([['TUN/TAP read bytes', value]]),
    }),
    TUN_BYTES_OUT: (life, rxBytes) => ({
      type: 'device',
      life,
      counters: { rxBytes, txBytes: 0n, rxPackets: 0n, txPackets: 0n },
    }),
    TUN_PACKETS_IN: (life, txPackets) => ({
      type: 'device',
      life,
      counters: { rxBytes: 0n, txBytes: 0n, rxPackets: 0n, txPackets },
    }),
    TUN_PACKETS_OUT: (life, rxPackets) => ({
      type: 'device',
      life,
      counters: { rxBytes: 0n, txBytes: 0n, rxPackets, txPackets: 0n },
    }),
  };
  for (const [name, reading] of Object.entries(readings)) {
    fc.assert(
      fc.property(lives, all => {
        let statistics = noStatistics;
        let last = 0n;
        for (const [life, values] of all.entries()) {
          for (const value of values) {
            statistics = observe(statistics, reading(BigInt(life), value));
            const now = totalsOf(statistics).get(name) ?? 0n;
            ok(now >= last);
            last = now;
          }
        }
        equal(last, sumOfMaxima(all));
        deepEqual([...totalsOf(statistics).keys()], last > 0n ? [name] : []);
      }),
    );
  }
});

test('a line of the log of openvpn 2.6.14 counts as what OpenVPN 3 calls it', () => {
  const lines: [string, string | undefined][] = [
    ['Inactivity timeout (--ping-restart), restarting', 'KEEPALIVE_TIMEOUT'],
    ['[server] Inactivity timeout (--ping-exit), exiting', 'KEEPALIVE_TIMEOUT'],
    ['Inactivity timeout (--inactive), exiting', 'INACTIVE_TIMEOUT'],
    ['write UDPv4 []: Network is unreachable (fd=4,code=101)', 'NETWORK_SEND_ERROR'],
    ['read UDPv4 [ECONNREFUSED]: Connection refused (fd=4,code=111)', 'NETWORK_RECV_ERROR'],
    ['Connection reset, restarting [0]', 'NETWORK_EOF_ERROR'],
    ["Connection reset command was pushed by server ('again')", 'CLIENT_RESTART'],
    ['TCP: connect to [AF_INET]127.0.0.1:9 failed: Connection refused', 'TCP_CONNECT_ERROR'],
    [
      'RESOLVE: Cannot resolve host address: nonexist.invalid:1194 (Temporary failure in name resolution)',
      'RESOLVE_ERROR',
    ],
    [
      'TLS Error: TLS key negotiation failed to occur within 2 seconds (check your network connectivity)',
      'HANDSHAKE_TIMEOUT',
    ],
    [
      'VERIFY ERROR: depth=1, error=self-signed certificate in certificate chain: CN=ca, serial=27994196',
      'CERT_VERIFY_FAIL',
    ],
    ['VERIFY KU ERROR', 'CERT_VERIFY_FAIL'],
    ['TLS Error: tls-crypt unwrapping failed from [AF_INET]127.0.0.1:57043', 'TLS_AUTH_FAIL'],
    ['Authenticate/Decrypt packet error: packet HMAC authentication failed', 'HMAC_ERROR'],
    ['Error: private key password verification failed', 'PEM_PASSWORD_FAIL'],
    ['ERROR: Cannot ioctl TUNSETIFF tun: Operation not permitted (errno=1)', 'TUN_SETUP_FAILED'],
    ['ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)', 'TUN_SETUP_FAILED'],
    // What is said beside these, what the machine counts, and ordinary lines.
    ['Network unreachable, restarting', undefined],
    ['AUTH: Received control message: AUTH_FAILED,go away', undefined],
    ['TLS Error: TLS handshake failed', undefined],
    ['TLS Error: incoming packet authentication failed from [AF_INET]127.0.0.1:53679', undefined],
    ['Sent fatal SSL alert: unknown CA', undefined],
    ['VERIFY OK: depth=1, CN=ca', undefined],
    ['event_wait : Interrupted system call (fd=-1,code=4)', undefined],
    ['SIGUSR1[soft,ping-restart] received, process restarting', undefined],
    ['Timers: ping 5, ping-restart 30', undefined],
  ];
  for (const [text, name] of lines) equal(counterOfLog(text), name, text);
});

test('the counters of a device are read, and those of none are undefined', () => {
  const first = readDeviceCounters('lo');
  const second = readDeviceCounters('lo');
  ok(first && second);
  ok(second.txBytes >= first.txBytes && second.rxPackets >= first.rxPackets);
  for (const name of ['', '..', 'nodev0', 'lo/../lo']) equal(readDeviceCounters(name), undefined, name);
});

test('the table of the kernel has a device below its whole name only', () => {
  const table = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '  tun1:      11       1    0    0    0     0          0         0       12       2    0    0    0     0       0          0',
    'tun10:18446744073709551615 3    0    0    0     0          0         0       21       4    0    0    0     0       0          0',
  ].join('\n');
  const counters = { rxBytes: 11n, txBytes: 12n, rxPackets: 1n, txPackets: 2n };
  deepEqual(parseDeviceCounters(table, 'tun1'), counters);
  equal(parseDeviceCounters(table, 'tun10')?.rxBytes, 2n ** 64n - 1n);
  equal(parseDeviceCounters(table, 'tun'), undefined);
});

test('the index of a device is found by either protocol', async () => {
  equal(await ifIndex('lo'), 1);
  equal(await ifIndex('nodev0'), undefined);
  const igmp =
    'Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n17\ttun0      :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n';
  deepEqual([indexInIgmp(igmp, 'tun0'), indexInIgmp(igmp, 'tun')], [17, undefined]);
  const ipv6 = 'fe8000000000000000fc00fffe000001 1c 40 20 80     tun0\n';
  deepEqual([indexInIfInet6(ipv6, 'tun0'), indexInIfInet6(ipv6, 'tun')], [28, undefined]);
});
