import { defineInterface } from '@ovpnkit/dbus';
import { SESSIONS } from './names.ts';

const log = { args: ['u group', 'u level', 's message'] } as const;

/** `net.openvpn.v3.sessions` on the main object of the session manager. */
export const SessionManager = defineInterface({
  name: SESSIONS,
  methods: {
    NewTunnel: { in: ['o config_path'], out: ['o session_path'] },
    FetchAvailableSessions: { out: ['ao paths'] },
    FetchManagedInterfaces: { out: ['as devices'] },
    LookupConfigName: { in: ['s config_name'], out: ['ao session_paths'] },
    LookupInterface: { in: ['s device_name'], out: ['o session_path'] },
    // The D-Bus policy of deployed programs has it, and the configuration manager; the session manager lacks it.
    TransferOwnership: { in: ['o path', 'u new_owner_uid'] },
  },
  signals: {
    Log: log,
    SessionManagerEvent: { args: ['o path', 'q type', 'u owner'] },
  },
  properties: { version: { type: 's', access: 'read' } },
});

/** `net.openvpn.v3.sessions` on the object of one session. */
export const Session = defineInterface({
  name: SESSIONS,
  methods: {
    Ready: {},
    Connect: {},
    Restart: {},
    Pause: { in: ['s reason'] },
    Resume: {},
    Disconnect: {},
    AccessGrant: { in: ['u uid'] },
    AccessRevoke: { in: ['u uid'] },
    LogForward: { in: ['b enable'] },
    UserInputQueueGetTypeGroup: { out: ['a(uu) type_group_list'] },
    UserInputQueueFetch: {
      in: ['u type', 'u group', 'u id'],
      out: ['u type', 'u group', 'u id', 's name', 's description', 'b hidden_input'],
    },
    UserInputQueueCheck: { in: ['u type', 'u group'], out: ['au indexes'] },
    UserInputProvide: { in: ['u type', 'u group', 'u id', 's value'] },
  },
  signals: {
    AttentionRequired: { args: ['u code_major', 'u code_minor', 's message'] },
    Log: log,
    StatusChange: { args: ['u code_major', 'u code_minor', 's message'] },
  },
  properties: {
    acl: { type: 'au', access: 'read' },
    backend_pid: { type: 'u', access: 'read' },
    config_name: { type: 's', access: 'read' },
    config_path: { type: 'o', access: 'read' },
    connected_to: { type: '(ssu)', access: 'read' },
    dco: { type: 'b', access: 'readwrite' },
    device_name: { type: 's', access: 'read' },
    // Deployed programs declare a string here, and send an object path, which their front ends rely on.
    device_path: { type: 'o', access: 'read' },
    last_log: { type: 'a{sv}', access: 'read' },
    log_forwards: { type: 'ao', access: 'read' },
    log_verbosity: { type: 'u', access: 'readwrite' },
    owner: { type: 'u', access: 'read' },
    public_access: { type: 'b', access: 'readwrite' },
    restrict_log_access: { type: 'b', access: 'readwrite' },
    session_created: { type: 't', access: 'read' },
    session_name: { type: 's', access: 'read' },
    statistics: { type: 'a{sx}', access: 'read' },
    status: { type: '(uus)', access: 'read' },
  },
});

/** What a SessionManagerEvent tells. */
export const SessionManagerEventType = { UNSET: 0, CREATED: 1, DESTROYED: 2 } as const;
