import { launcher } from './launcher.ts';
import { policyFor, policyServices } from './policy.ts';
import { polkitRules } from './polkit.ts';
import { type ServiceName, servicePrograms } from './service-programs.ts';

export type InstallationOptions = {
  /** The user that the services run as. */
  readonly user: string;
  /** Node.js, by its absolute path: the services are started without a PATH. */
  readonly node: string;
  /** The script of the command `ovpnkit`. */
  readonly program: string;
  /** The bundle of the backend VPN client process. */
  readonly client: string;
  /** The openvpn program, by its absolute path; undefined: the one that is found when a tunnel begins. */
  readonly openvpn?: string | undefined;
  /** Which services there are. */
  readonly services: readonly ServiceName[];
};

export type InstalledFile = { readonly path: string; readonly mode: number; readonly content: string };

const LIBEXEC = '/usr/local/libexec/ovpnkit';
/** Configurations and what survives a restart. */
export const STATE_DIRECTORY = '/var/lib/openvpn3';
/** Stands in every file, so that nobody else's is ever removed. */
export const MARK = 'installed by ovpnkit';

/** Every file of an installation on a system bus: policy, activation, units and programs. */
export function installation(options: InstallationOptions): InstalledFile[] {
  const { user, client, node, services, openvpn } = options;
  const clientOptions = openvpn === undefined ? [] : ['--openvpn', openvpn];
  const policies = policyServices.map(service => ({
    path: `/etc/dbus-1/system.d/net.openvpn.v3${service === 'shared' ? '' : `.${service}`}.conf`,
    mode: 0o644,
    content: `${policyFor(service, user)}<!-- ${MARK} -->\n`,
  }));
  return [
    ...policies,
    ...services.flatMap(name => filesOf(name, options)),
    {
      path: '/etc/polkit-1/rules.d/50-ovpnkit.rules',
      mode: 0o644,
      content: `// ${MARK}\n${polkitRules(user)}`,
    },
    {
      path: `${LIBEXEC}/openvpn3-service-client`,
      mode: 0o755,
      content: marked(launcher(node, client, clientOptions)),
    },
  ];
}

function filesOf(name: ServiceName, { user, node, program, openvpn }: InstallationOptions): InstalledFile[] {
  const { busName, file, startedAs, summary } = servicePrograms[name];
  const path = `${LIBEXEC}/${file}`;
  const unit = `ovpnkit-${file}.service`;
  const startUser = startedAs === 'root' ? 'root' : user;
  const [quotedNode, quotedProgram, quotedOpenvpn] = [node, program, openvpn ?? ''].map(text =>
    text.replaceAll("'", "'\\''"),
  );
  const daemon = name === 'backend-starter' && openvpn !== undefined ? ` --openvpn '${quotedOpenvpn}'` : '';
  return [
    {
      path,
      mode: 0o755,
      content: `#!/bin/sh\n# ${MARK}\nexec '${quotedNode}' --disable-sigusr1 '${quotedProgram}' service ${name} --user ${user} --state-dir ${stateOf(name)}${daemon} "$@"\n`,
    },
    {
      path: `/usr/local/share/dbus-1/system-services/${busName}.service`,
      mode: 0o644,
      content: `# ${MARK}
[D-BUS Service]
Name=${busName}
Exec=${path}
User=${startUser}
SystemdService=${unit}
`,
    },
    {
      path: `/etc/systemd/system/${unit}`,
      mode: 0o644,
      content: `# ${MARK}
[Unit]
Description=${summary}

[Service]
Type=dbus
BusName=${busName}
ExecStart=${path}${name === 'log' ? ' --journald' : ''}
User=${user}
${startedAs === 'root' ? ONLY_NET_ADMIN : 'NoNewPrivileges=yes'}
ProtectHome=yes
# A tunnel outlives the service that started it.
KillMode=process
`,
    },
  ];
}

/** systemd gives the one capability itself, so nothing runs as root at all. */
const ONLY_NET_ADMIN = 'AmbientCapabilities=CAP_NET_ADMIN\nCapabilityBoundingSet=CAP_NET_ADMIN';

/** As the deployed services have it. */
const stateOf = (name: ServiceName): string =>
  name === 'configuration-manager' ? `${STATE_DIRECTORY}/configs` : STATE_DIRECTORY;

/** A script with our mark in its second line. */
const marked = (script: string): string => script.replace('\n', `\n# ${MARK}\n`);
