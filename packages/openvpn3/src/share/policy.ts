import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  BACKENDS_PATH,
  CONFIGURATION,
  LOG,
  LOG_PATH,
  NETCFG,
  NETCFG_PATH,
  SESSIONS,
} from '../contract/names.ts';

/** Each has a policy file of its own; `shared` is what all of them need, and `backends` the starter and its clients. */
export type PolicyService = 'backends' | 'configuration' | 'log' | 'netcfg' | 'sessions' | 'shared';

export const policyServices: readonly PolicyService[] = [
  'shared',
  'backends',
  'configuration',
  'log',
  'netcfg',
  'sessions',
];

/** One `<allow>` or `<deny>` with its attributes. */
type Rule = readonly ['allow' | 'deny', Readonly<Record<string, string>>];

type Rules = {
  readonly anybody?: readonly Rule[];
  /** The user that the services run as. */
  readonly user?: readonly Rule[];
  readonly root?: readonly Rule[];
  /** Stands above all others. */
  readonly mandatory?: readonly Rule[];
};

const PROPERTIES = 'org.freedesktop.DBus.Properties';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';
const PEER = 'org.freedesktop.DBus.Peer';

const own = (name: string): Rule => ['allow', { own: name }];

/** Calls of these members; `where` narrows them to a destination, or a path there. */
const calls = (iface: string, members: string, where: Readonly<Record<string, string>> = {}): Rule[] =>
  members
    .split(' ')
    .map(member => [
      'allow',
      { ...where, send_type: 'method_call', send_interface: iface, send_member: member },
    ]);

const at = (destination: string, path?: string): Readonly<Record<string, string>> => ({
  send_destination: destination,
  ...(path === undefined ? {} : { send_path: path }),
});

const introspect = (where: Readonly<Record<string, string>>) => calls(INTROSPECTABLE, 'Introspect', where);
const properties = (where: Readonly<Record<string, string>>, members = 'Get GetAll Set') =>
  calls(PROPERTIES, members, where);
const ping = (where: Readonly<Record<string, string>>) => calls(PEER, 'Ping', where);

/** The members of `net.openvpn.v3.backends` of a client process; the bus names of those begin with it. */
const clientMethods =
  'Ping Ready Connect Pause Resume Restart Disconnect ForceShutdown RegistrationConfirmation ' +
  'UserInputQueueGetTypeGroup UserInputQueueFetch UserInputQueueCheck UserInputProvide';
const clientSignals = ['AttentionRequired', 'Log', 'RegistrationRequest', 'StatusChange'];
const backendSignal = { receive_type: 'signal', receive_interface: BACKENDS };

const configurationMethods =
  'Import FetchAvailableConfigs LookupConfigName SearchByTag SearchByOwner Validate Fetch FetchJSON SetOption ' +
  'SetOverride UnsetOverride AddTag RemoveTag AccessGrant AccessRevoke Seal Remove';
const sessionMethods =
  'NewTunnel FetchAvailableSessions FetchManagedInterfaces LookupConfigName LookupInterface Connect Pause Resume ' +
  'Restart Disconnect Ready UserInputQueueGetTypeGroup UserInputQueueFetch UserInputQueueCheck UserInputProvide ' +
  'AccessGrant AccessRevoke LogForward';
const netcfgMethods =
  'CreateVirtualInterface ProtectSocket DcoAvailable Cleanup NotificationSubscribe NotificationUnsubscribe ' +
  'AddIPAddress SetRemoteAddress AddNetworks AddDNS AddDNSSearch SetDNSSEC SetDNSTransport Establish Attach Disable ' +
  'Destroy';

const rules: Readonly<Record<PolicyService, Rules>> = {
  shared: {
    user: [...properties({}), ...ping({})],
  },
  backends: {
    anybody: [
      ...introspect(at(BACKENDS, BACKENDS_PATH)),
      ...properties(at(BACKENDS, BACKENDS_PATH), 'Get GetAll'),
      ...ping(at(BACKENDS)),
      ['deny', backendSignal],
    ],
    user: [
      ['allow', { own_prefix: BACKENDS }],
      ...calls(BACKENDS, 'StartClient', at(BACKENDS)),
      ...ping(at(BACKENDS)),
      ...calls(BACKENDS, clientMethods, { send_path: BACKEND_SESSION_PATH }),
      ...clientSignals.map((member): Rule => ['allow', { ...backendSignal, receive_member: member }]),
    ],
    // What the log service forwards is for everybody whom it sends it to.
    mandatory: ['Log', 'StatusChange'].map(member => [
      'allow',
      { ...backendSignal, receive_member: member, receive_sender: LOG },
    ]),
  },
  configuration: {
    anybody: [
      ...calls(CONFIGURATION, configurationMethods, at(CONFIGURATION)),
      ...properties(at(CONFIGURATION)),
      ...introspect(at(CONFIGURATION)),
      ...ping(at(CONFIGURATION)),
    ],
    user: [own(CONFIGURATION)],
    root: calls(CONFIGURATION, 'TransferOwnership', at(CONFIGURATION)),
  },
  log: {
    anybody: [
      ...introspect(at(LOG, LOG_PATH)),
      ...properties(at(LOG, LOG_PATH), 'Get GetAll'),
      ...ping(at(LOG, LOG_PATH)),
    ],
    user: [
      own(LOG),
      ...calls(LOG, 'Attach AssignSession Detach ProxyLogEvents Remove', at(LOG)),
      ...properties(at(LOG), 'Get Set'),
      ...introspect(at(LOG)),
      ...ping(at(LOG)),
    ],
    root: [
      ...ping(at(LOG)),
      ...properties(at(LOG, LOG_PATH)),
      ...calls(LOG, 'GetSubscriberList', at(LOG, LOG_PATH)),
    ],
  },
  netcfg: {
    anybody: [
      ...introspect(at(NETCFG, NETCFG_PATH)),
      ...properties(at(NETCFG, NETCFG_PATH), 'Get'),
      ...ping(at(NETCFG)),
    ],
    user: [
      own(NETCFG),
      ...calls(NETCFG, netcfgMethods, at(NETCFG)),
      ...properties(at(NETCFG)),
      ...introspect(at(NETCFG)),
      ...ping(at(NETCFG)),
    ],
    root: [
      ...calls(
        NETCFG,
        'NotificationSubscribe NotificationUnsubscribe NotificationSubscriberList FetchInterfaceList',
        at(NETCFG),
      ),
      ...properties(at(NETCFG)),
      ...introspect(at(NETCFG)),
    ],
  },
  sessions: {
    anybody: [
      ...calls(SESSIONS, sessionMethods, at(SESSIONS)),
      ...properties(at(SESSIONS)),
      ...introspect(at(SESSIONS)),
      ...ping(at(SESSIONS)),
    ],
    user: [own(SESSIONS)],
    root: calls(SESSIONS, 'TransferOwnership', at(SESSIONS)),
  },
};

/**
 * The D-Bus policy of one service that runs as `user`, as a file for `system.d`: who may own its name, and who may
 * call what. Everything else is denied by the default policy of a system bus.
 */
export function policyFor(service: PolicyService, user: string): string {
  const { anybody = [], user: ofUser = [], root = [], mandatory = [] } = rules[service];
  const policies = [
    policy('context="default"', anybody),
    policy(`user="${user}"`, ofUser),
    policy('user="root"', root),
    policy('context="mandatory"', mandatory),
  ];
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
${policies.join('')}</busconfig>
`;
}

function policy(whose: string, list: readonly Rule[]): string {
  if (list.length === 0) return '';
  const lines = list.map(([verdict, attributes]) => {
    const text = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    return `    <${verdict} ${text.join(' ')}/>\n`;
  });
  return `  <policy ${whose}>\n${lines.join('')}  </policy>\n`;
}

/** All of them: whoever may call whom among the services, when they run as this user. */
export const policiesFor = (user: string): string[] =>
  policyServices.map(service => policyFor(service, user));
