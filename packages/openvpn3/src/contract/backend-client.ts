import { defineInterface } from '@ovpnkit/dbus';
import { BACKENDS } from './names.ts';

const confirmation = {
  documented: { in: ['s token', 'o config_path'], out: ['s config_name'] },
  v27: { in: ['s token', 'o session_path', 'o config_path'], out: ['s config_name'] },
} as const;

/** Names of arguments are for introspection only. */
const fetchQuestion = (description: 'description' | 'descripiton') =>
  ({
    in: ['u type', 'u group', 'u id'],
    out: ['u type', 'u group', 'u id', 's name', `s ${description}`, 'b hidden_input'],
  }) as const;

const methods = {
  Ping: { out: ['b alive'] },
  Ready: {},
  Connect: {},
  Pause: { in: ['s reason'] },
  Resume: {},
  Restart: {},
  Disconnect: {},
  ForceShutdown: {},
  UserInputQueueGetTypeGroup: { out: ['a(uu) type_group_list'] },
  UserInputQueueCheck: { in: ['u type', 'u group'], out: ['au indexes'] },
  UserInputProvide: { in: ['u type', 'u group', 'u id', 's value'] },
} as const;

const signals = {
  Log: { args: ['u group', 'u level', 's session_token', 's message'] },
  StatusChange: { args: ['u code_major', 'u code_minor', 's message'] },
} as const;

const properties = {
  connection: { type: '(sssu)', access: 'read' },
  dco: { type: 'b', access: 'readwrite' },
  device_name: { type: 's', access: 'read' },
  device_path: { type: 'o', access: 'read' },
  last_log_line: { type: 'a{sv}', access: 'read' },
  log_level: { type: 'u', access: 'readwrite' },
  session_name: { type: 's', access: 'read' },
  session_path: { type: 'o', access: 'read' },
  statistics: { type: 'a{sx}', access: 'read' },
  status: { type: '(uus)', access: 'read' },
} as const;

/** `net.openvpn.v3.backends` of a backend VPN client process, as OpenVPN 3 Linux v27 is deployed. */
export const BackendClientV27 = defineInterface({
  name: BACKENDS,
  methods: {
    RegistrationConfirmation: [confirmation.v27, confirmation.documented],
    UserInputQueueFetch: fetchQuestion('descripiton'), // as the deployed program spells it
    ...methods,
  },
  signals: {
    AttentionRequired: { args: ['u code_major', 'u code_minor', 's message'] },
    RegistrationRequest: { args: ['s busname', 's token', 'i pid'] },
    ...signals,
  },
  properties,
});

/** The same as documented. What only deployed programs know is there as well, because it does no harm. */
export const BackendClientDocumented = defineInterface({
  name: BACKENDS,
  methods: {
    RegistrationConfirmation: [confirmation.documented, confirmation.v27],
    UserInputQueueFetch: fetchQuestion('description'),
    ...methods,
  },
  signals: {
    AttentionRequired: { args: ['u type', 'u group', 's message'] },
    RegistrationRequest: { args: ['s busname', 's token'] },
    ...signals,
  },
  properties,
});
