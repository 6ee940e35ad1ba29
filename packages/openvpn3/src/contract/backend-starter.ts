import { defineInterface } from '@ovpnkit/dbus';
import { BACKENDS } from './names.ts';

/** `net.openvpn.v3.backends` of the backend starter, which begins a backend VPN client process for each session. */
export const BackendStarter = defineInterface({
  name: BACKENDS,
  methods: { StartClient: { in: ['s token'], out: ['u pid'] } },
  signals: {
    Log: { args: ['u group', 'u level', 's message'] },
    StatusChange: { args: ['u code_major', 'u code_minor', 's message'] },
  },
  properties: { version: { type: 's', access: 'read' } },
});
