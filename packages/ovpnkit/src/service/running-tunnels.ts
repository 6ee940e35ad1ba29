import { connect } from '@ovpnkit/dbus';
import { BACKENDS } from '@ovpnkit/openvpn3';

/** The bus names of the processes that have a session, on the system bus; none when there is no bus. */
export async function runningTunnels(): Promise<string[]> {
  const name = 'org.freedesktop.DBus';
  const call = { destination: name, path: '/org/freedesktop/DBus', interface: name, member: 'ListNames' };
  try {
    await using bus = await connect();
    const [names] = (await bus.call(call)).body;
    return (names as string[]).filter(each => each.startsWith(`${BACKENDS}.be`));
  } catch {
    return [];
  }
}
