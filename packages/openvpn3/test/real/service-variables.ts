/** The environment of a service and of what it starts, as NAME=VALUE: where the bus is, and the openvpn when one is chosen. */
export function serviceVariables(bus: string): string[] {
  const { OVPNKIT_OPENVPN } = process.env;
  const program = OVPNKIT_OPENVPN === undefined ? [] : [`OVPNKIT_OPENVPN=${OVPNKIT_OPENVPN}`];
  return [`DBUS_SYSTEM_BUS_ADDRESS=${bus}`, ...program];
}
