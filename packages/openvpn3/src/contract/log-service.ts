import { defineInterface } from '@ovpnkit/dbus';
import { BACKENDS, LOG, LOG_PATH } from './names.ts';

/** `net.openvpn.v3.log` on the main object of the log service. */
export const LogService = defineInterface({
  name: LOG,
  methods: {
    Attach: { in: ['s interface'] },
    AssignSession: { in: ['o session_path', 's interface'] },
    Detach: { in: ['s interface'] },
    GetSubscriberList: { out: ['a(ssss) subscribers'] },
    ProxyLogEvents: { in: ['s target_address', 'o session_path'], out: ['o proxy_path'] },
  },
  properties: {
    config_file: { type: 's', access: 'read' },
    log_dbus_details: { type: 'b', access: 'readwrite' },
    log_level: { type: 'u', access: 'readwrite' },
    log_method: { type: 's', access: 'read' },
    log_prefix_logtag: { type: 'b', access: 'readwrite' },
    num_attached: { type: 'u', access: 'read' },
    timestamp: { type: 'b', access: 'readwrite' },
    version: { type: 's', access: 'read' },
  },
});

/** The same interface on an object below {@link LOG_PROXIES}: the events of one session on their way to one program. */
export const LogProxy = defineInterface({
  name: LOG,
  methods: { Remove: {} },
  properties: {
    log_level: { type: 'u', access: 'readwrite' },
    session_path: { type: 'o', access: 'read' },
    // Deployed programs declare an object path here, and send a bus name, which is none.
    target: { type: 's', access: 'read' },
  },
});

/** Each proxy's path ends in a UUID with `l` for its hyphens. */
export const LOG_PROXIES = `${LOG_PATH}/proxy`;

/** What a proxy sends to its target, from the path of the session. The token of the backend's own signal is left out. */
export const ForwardedEvents = defineInterface({
  name: BACKENDS,
  signals: {
    Log: { args: ['u group', 'u level', 's message'] },
    StatusChange: { args: ['u code_major', 'u code_minor', 's message'] },
  },
});
