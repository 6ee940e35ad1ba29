// npm run bench -- openvpn3 [--markdown] [FIGURE …]: measures the figures of a backend VPN client process, all when none
// is named, and prints them. Needs root, openvpn, dbus-daemon and iperf3.
import { runFigures } from '../../../bench/run-figures.ts';
import { connect } from './connect.ts';
import { many } from './many.ts';
import { memory } from './memory.ts';
import { ping } from './ping.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

await runFigures({
  start,
  ping,
  connect,
  memory,
  many,
  throughput,
});
process.exit();
