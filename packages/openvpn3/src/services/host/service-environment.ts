/** What a service keeps of its environment, and all that it hands on: where the bus is, when it was told so. */
export function serviceEnvironment(): NodeJS.ProcessEnv {
  const { DBUS_SYSTEM_BUS_ADDRESS } = process.env;
  return DBUS_SYSTEM_BUS_ADDRESS === undefined ? {} : { DBUS_SYSTEM_BUS_ADDRESS };
}
