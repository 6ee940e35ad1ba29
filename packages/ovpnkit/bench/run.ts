// npm run bench -- openvpn3-stack [--markdown] [FIGURE …]: measures the figures of the services around the backends, all
// when none is named, and prints them. Needs root, openvpn, dbus-daemon and dbus-monitor.
import { runFigures } from '../../../bench/run-figures.ts';
import { stackCommand } from './stack-command.ts';
import { stackForward } from './stack-forward.ts';
import { stackMemory } from './stack-memory.ts';
import { stackRegistration } from './stack-registration.ts';
import { stackStart } from './stack-start.ts';

await runFigures({
  registration: stackRegistration,
  start: stackStart,
  command: stackCommand,
  memory: stackMemory,
  forward: stackForward,
});
process.exit();
