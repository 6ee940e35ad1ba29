import { defineInterface } from '@ovpnkit/dbus';
import { NETCFG } from './names.ts';

/** `net.openvpn.v3.netcfg` on the main object of the network configuration service. */
export const NetworkConfiguration = defineInterface({
  name: NETCFG,
  methods: {
    CreateVirtualInterface: { in: ['s device_name'], out: ['o device_path'] },
    FetchInterfaceList: { out: ['ao device_paths'] },
    ProtectSocket: { in: ['s remote', 'b ipv6', 'o device_path'], out: ['b succeeded'] },
    DcoAvailable: { out: ['b available'] },
    Cleanup: {},
    NotificationSubscribe: { in: ['u filter'] },
    NotificationUnsubscribe: { in: ['s subscriber'] },
    NotificationSubscriberList: { out: ['a(su) subscriptions'] },
  },
  signals: {
    Log: { args: ['u group', 'u level', 's message'] },
    /** Sent from a device, to subscribers alone. */
    NetworkChange: { args: ['u type', 's device', 'a{ss} details'] },
  },
  properties: {
    config_file: { type: 's', access: 'read' },
    global_dns_search: { type: 'as', access: 'read' },
    global_dns_servers: { type: 'as', access: 'read' },
    log_level: { type: 'u', access: 'readwrite' },
    version: { type: 's', access: 'read' },
  },
});

/** The same interface on the object of one tunnel device. */
export const NetworkDevice = defineInterface({
  name: NETCFG,
  methods: {
    AddIPAddress: { in: ['s ip_address', 'u prefix_size', 's gateway', 'b ipv6'] },
    SetRemoteAddress: { in: ['s ip_address', 'b ipv6'] },
    AddNetworks: { in: ['a(suibb) networks'] },
    AddDNS: { in: ['as server_list'] },
    // One that begins with ~ is for routing only: its names are asked here, and short names are not extended by it.
    AddDNSSearch: { in: ['as domains'] },
    SetDNSSEC: { in: ['s mode'] },
    SetDNSTransport: { in: ['s mode'] },
    Establish: {},
    /**
     * Ours, in the place of Establish: the device exists and is configured, and this is its name. The answer says why
     * the DNS is not applied; it is empty when it is, and when there is none.
     */
    Attach: { in: ['s device_name'], out: ['s dns_problem'] },
    Disable: {},
    Destroy: {},
  },
  properties: {
    acl: { type: 'au', access: 'read' },
    device_name: { type: 's', access: 'read' },
    // Deployed programs declare one string for each of the two lists, and send a list.
    dns_name_servers: { type: 'as', access: 'read' },
    dns_scope: { type: 's', access: 'readwrite' },
    dns_search_domains: { type: 'as', access: 'read' },
    dnssec_mode: { type: 's', access: 'read' },
    layer: { type: 'u', access: 'readwrite' },
    mtu: { type: 'q', access: 'readwrite' },
    owner: { type: 'u', access: 'read' },
    reroute_ipv4: { type: 'b', access: 'readwrite' },
    reroute_ipv6: { type: 'b', access: 'readwrite' },
    txqueuelen: { type: 'q', access: 'readwrite' },
  },
});

/** The types of NetworkChange. A subscriber adds up those that it wants. */
export const NetworkChangeType = {
  DEVICE_ADDED: 1,
  DEVICE_REMOVED: 2,
  IPADDR_ADDED: 4,
  IPADDR_REMOVED: 8,
  ROUTE_ADDED: 16,
  ROUTE_REMOVED: 32,
  ROUTE_EXCLUDED: 64,
  DNS_SERVER_ADDED: 128,
  DNS_SERVER_REMOVED: 256,
  DNS_SEARCH_ADDED: 512,
  DNS_SEARCH_REMOVED: 1024,
} as const;

export type NetworkChangeName = keyof typeof NetworkChangeType;
