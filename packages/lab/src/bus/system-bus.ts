import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnTied } from '../process/tied-process.ts';

/** A dbus-daemon of our own that is a system bus: nobody may do what no policy allows. It ends with this process. */
export type SystemBus = {
  readonly address: string;
  /** Resolves when it has ended. */
  close(): Promise<void>;
};

export type SystemBusOptions = {
  /** Becomes readable for everybody; its socket and its policy go there. */
  readonly directory: string;
  /** What services and their callers may do, each a whole document as `/etc/dbus-1/system.d` has it. */
  readonly policies: readonly string[];
  /** Nobody but these users may connect; everybody when absent. */
  readonly onlyUsers?: readonly string[];
  /** Services that the bus starts when they are called: the bus name, and the command line. */
  readonly activation?: readonly { readonly name: string; readonly exec: string }[];
};

/** As distributions have it, and what systemd-resolved adds to it. */
const configuration = (
  directory: string,
  onlyUsers: readonly string[] | undefined,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${directory}/services</servicedir>
  <policy context="default">
${whoMayConnect(onlyUsers)}
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Properties"/>
    <allow send_destination="org.freedesktop.resolve1"/>
  </policy>
  <policy user="root">
    <allow own="org.freedesktop.resolve1"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/>
  </policy>
  <includedir>${directory}/policies</includedir>
</busconfig>
`;

const whoMayConnect = (users: readonly string[] | undefined): string =>
  (users === undefined
    ? ['<allow user="*"/>']
    : ['<deny user="*"/>', ...users.map(user => `<allow user="${user}"/>`)]
  )
    .map(rule => `    ${rule}`)
    .join('\n');

/** Starts a bus; resolves when it listens. */
export async function startSystemBus({
  directory,
  policies,
  onlyUsers,
  activation = [],
}: SystemBusOptions): Promise<SystemBus> {
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, 'bus.conf'), configuration(directory, onlyUsers));
  for (const name of ['policies', 'services']) mkdirSync(join(directory, name));
  for (const [index, policy] of policies.entries())
    writeFileSync(join(directory, 'policies', `${index}.conf`), policy);
  for (const { name, exec } of activation) {
    const lines = ['[D-BUS Service]', `Name=${name}`, 'User=root', `Exec=${exec}`, ''];
    writeFileSync(join(directory, 'services', `${name}.service`), lines.join('\n'));
  }
  const daemon = spawnTied(
    ['dbus-daemon', `--config-file=${directory}/bus.conf`, '--nofork', '--nopidfile', '--print-address'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (!daemon.stdout || !daemon.stderr) throw new Error('dbus-daemon has no output');
  let complaints = '';
  daemon.stderr.on('data', chunk => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  const exited = once(daemon, 'exit');
  // It prints its address when it listens.
  const listening = once(createInterface(daemon.stdout), 'line').then(() => undefined);
  const code = await Promise.race([listening, exited.then(([code]) => String(code))]);
  if (code !== undefined) throw new Error(`dbus-daemon ended with ${code}: ${complaints.trim()}`);
  return {
    address: `unix:path=${directory}/bus`,
    async close() {
      daemon.kill('SIGKILL');
      await exited;
    },
  };
}
