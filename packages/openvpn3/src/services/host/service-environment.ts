/** What a service is told by its environment, and not by its command line: where the bus is, and which openvpn it runs. */
const kept = ['DBUS_SYSTEM_BUS_ADDRESS', 'OVPNKIT_OPENVPN'] as const;

/**
 * What a service keeps of its environment, and all that it hands on. The environment is the administrator's: callers on
 * the bus, and profiles, cannot write it.
 */
export const serviceEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    kept.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
