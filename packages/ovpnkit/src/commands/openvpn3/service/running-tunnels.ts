import { connect } from '@ovpnkit/dbus';
import { BACKENDS } from '@ovpnkit/openvpn3';
import { callDaemon } from './call-daemon.ts';

/** The bus names of the processes that have a session, on the system bus; none when there is no bus. */
export async function runningTunnels(): Promise<string[]> {
  const connected = await connect().catch(() => undefined);
  if (connected === undefined) return [];
  await using bus = connected;
  const [names] = (await callDaemon(bus, 'ListNames')).body;
  return (names as string[]).filter(each => each.startsWith(`${BACKENDS}.be`));
}
