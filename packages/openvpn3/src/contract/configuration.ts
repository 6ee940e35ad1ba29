import { defineInterface } from '@ovpnkit/dbus';
import { CONFIGURATION } from './names.ts';

/** `net.openvpn.v3.configuration` of the main object, as OpenVPN 3 Linux v27 is deployed. */
export const ConfigurationManager = defineInterface({
  name: CONFIGURATION,
  methods: {
    Import: {
      in: ['s name', 's config_str', 'b single_use', 'b persistent'],
      out: ['o config_path'],
    },
    FetchAvailableConfigs: { out: ['ao paths'] },
    LookupConfigName: { in: ['s config_name'], out: ['ao config_paths'] },
    SearchByTag: { in: ['s tag'], out: ['ao paths'] },
    SearchByOwner: { in: ['s owner'], out: ['ao paths'] },
    TransferOwnership: { in: ['o path', 'u new_owner_uid'] },
  },
  signals: {
    ConfigurationManagerEvent: { args: ['o path', 'q type', 'u owner'] },
    Log: { args: ['u group', 'u level', 's message'] },
  },
  properties: { version: { type: 's', access: 'read' } },
});

/** The same interface of each configuration. */
export const Configuration = defineInterface({
  name: CONFIGURATION,
  methods: {
    Validate: {},
    Fetch: { out: ['s config'] },
    FetchJSON: { out: ['s config_json'] },
    SetOption: { in: ['s option', 's value'] },
    SetOverride: { in: ['s name', 'v value'] },
    UnsetOverride: { in: ['s name'] },
    AddTag: { in: ['s tag'] },
    RemoveTag: { in: ['s tag'] },
    AccessGrant: { in: ['u uid'] },
    AccessRevoke: { in: ['u uid'] },
    Seal: {},
    Remove: {},
  },
  properties: {
    acl: { type: 'au', access: 'read' },
    dco: { type: 'b', access: 'readwrite' },
    import_timestamp: { type: 't', access: 'read' },
    last_used_timestamp: { type: 't', access: 'read' },
    locked_down: { type: 'b', access: 'readwrite' },
    name: { type: 's', access: 'readwrite' },
    overrides: { type: 'a{sv}', access: 'read' },
    owner: { type: 'u', access: 'read' },
    persistent: { type: 'b', access: 'read' },
    public_access: { type: 'b', access: 'readwrite' },
    readonly: { type: 'b', access: 'read' },
    single_use: { type: 'b', access: 'read' },
    tags: { type: 'as', access: 'read' },
    transfer_owner_session: { type: 'b', access: 'readwrite' },
    used_count: { type: 'u', access: 'read' },
    valid: { type: 'b', access: 'read' },
  },
});

/** The type of a ConfigurationManagerEvent; of a SessionManagerEvent as well. */
export const ManagerEventType = { UNSET: 0, CREATED: 1, DESTROYED: 2 } as const;
