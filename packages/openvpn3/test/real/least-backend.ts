// The least that is a backend VPN client process to the test bed: it goes into the background, registers, and says
// that it is alive. Argument: the token.
import { spawn } from 'node:child_process';
import { connect, defineInterface, implement, serve } from '@ovpnkit/dbus';
import { BACKEND_SESSION_PATH, BACKENDS, backendName, SESSIONS } from '@ovpnkit/openvpn3';

const Backend = defineInterface({
  name: BACKENDS,
  methods: {
    Ping: { out: ['b alive'] },
    RegistrationConfirmation: {
      in: ['s token', 'o session_path', 'o config_path'],
      out: ['s config_name'],
    },
    Disconnect: {},
  },
  signals: {
    RegistrationRequest: { args: ['s busname', 's token', 'i pid'] },
    StatusChange: { args: ['u code_major', 'u code_minor', 's message'] },
  },
  properties: { session_path: { type: 'o', access: 'read' } },
});

async function run(token: string): Promise<void> {
  const bus = await connect();
  const server = await serve(bus, { authorize: () => true });
  const name = backendName(process.pid);
  const owner = await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'GetNameOwner',
    signature: 's',
    body: [SESSIONS],
  });
  const to = String(owner.body[0]);
  let sessionPath = '/__unknown';
  server.export(
    BACKEND_SESSION_PATH,
    implement(Backend, {
      methods: {
        Ping: () => true,
        RegistrationConfirmation: ([, session, configuration]) => {
          sessionPath = session;
          const message = `config_path=${configuration}`;
          server.emit(BACKEND_SESSION_PATH, Backend, 'StatusChange', [2, 2, message], { to });
          return 'profile';
        },
        Disconnect: () => void setTimeout(() => process.exit(), 20),
      },
      properties: { session_path: { get: () => sessionPath } },
    }),
  );
  await bus.requestName(name);
  server.emit(BACKEND_SESSION_PATH, Backend, 'RegistrationRequest', [name, token, process.pid], { to });
  await bus.closed;
}

const [script = '', ...args] = process.argv.slice(1);
if (args[0] === '--daemon') await run(args[1] ?? '');
else {
  const daemon = [...process.execArgv, script, '--daemon', ...args];
  spawn(process.execPath, daemon, { detached: true, stdio: 'inherit' }).unref();
  process.exit();
}
