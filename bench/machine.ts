import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { openvpnProgram } from '@ovpnkit/management/daemon';

/** What the figures were measured on, and when. */
export function machine(): string {
  const openvpn = spawnSync(openvpnProgram(), ['--version'], { encoding: 'utf8' });
  const version = /^OpenVPN \S+/.exec(openvpn.stdout ?? '')?.[0] ?? 'no OpenVPN';
  const processor = cpus()[0]?.model.trim() ?? process.arch;
  const cores = availableParallelism();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${cores} cores of ${processor}, Node.js ${process.version}, ${version}`;
}
