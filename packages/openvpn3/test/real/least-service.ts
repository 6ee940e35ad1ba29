// The least service that a service host can run, under a name that the installed policy gives to the user openvpn.
// Argument: after how many milliseconds it is idle. `Seal` keeps it running, `Remove` does so no longer; `Import` ends it in
// the midst of its own call, and `Validate` has it log a line.
import { defineInterface, implement } from '@ovpnkit/dbus';
import { CONFIGURATION, CONFIGURATION_PATH } from '../../src/contract/names.ts';
import { serveService } from '../../src/services/host/service-host.ts';

const Least = defineInterface({
  name: CONFIGURATION,
  methods: { Seal: {}, Remove: {}, Import: {}, Validate: {} },
});

const [idleMs = '0'] = process.argv.slice(2);
const options = {
  logLevel: 6,
  logFile: 'stdout:',
  colour: false,
  idleExit: undefined,
  stateDir: undefined,
  user: 'openvpn',
};

await serveService(options, {
  name: CONFIGURATION,
  path: CONFIGURATION_PATH,
  title: 'The least service',
  logGroup: 'EXTSERVICE',
  idleMs: Number(idleMs),
  start(host) {
    let release = () => {};
    let lines = 0;
    const handlers = {
      Seal: () => {
        release = host.hold();
      },
      Remove: () => release(),
      Import: () => host.end(),
      Validate: () => host.log('INFO', `line ${lines++}`),
    };
    host.server.export(CONFIGURATION_PATH, implement(Least, { methods: handlers }));
    return { authorize: () => true, end: async () => host.log('INFO', 'The least service ended') };
  },
});
