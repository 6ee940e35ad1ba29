import { once } from 'node:events';
import { chownSync, mkdirSync } from 'node:fs';
import { spawnTied } from '@ovpnkit/lab';
import { script } from '../../cli/script.ts';

export type ServicesOptions = {
  /** The network that tunnels are made in; the caller's when absent. */
  readonly namespace?: string;
  /** A bus address. */
  readonly bus: string;
  readonly stateDirectory: string;
  /** The openvpn program, by its absolute path. */
  readonly openvpn: string;
  /** Whom they run as. */
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number };
};

/** All services of OpenVPN 3 in one process. */
export type Services = {
  /** Why they have ended, as soon as they have. */
  readonly failed: Promise<string>;
  /** Resolves when they have ended. */
  close(): Promise<void>;
};

/** Starts them; that they can be called, the bus tells. */
export function startServices({ namespace, bus, stateDirectory, openvpn, user }: ServicesOptions): Services {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  chownSync(stateDirectory, user.uid, user.gid);
  const child = spawnTied(
    [
      ...(namespace === undefined ? [] : ['nsenter', `--net=${namespace}`]),
      ...['env', `DBUS_SYSTEM_BUS_ADDRESS=${bus}`],
      ...[
        process.execPath,
        '--disable-sigusr1',
        script,
        'service',
        'all',
        '--user',
        user.name,
        '--state-dir',
        stateDirectory,
        '--openvpn',
        openvpn,
      ],
    ],
    { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr?.on('data', chunk => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  const exited = once(child, 'exit');
  return {
    failed: exited.then(
      ([code, signal]) => `the services ended with ${code ?? signal}: ${complaints.trim()}`,
    ),
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
