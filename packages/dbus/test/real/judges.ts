import { execFile, spawnSync } from 'node:child_process';

/** Debian's own, which has python3-gi; another one may stand first on the PATH. */
export const PYTHON = '/usr/bin/python3';

/** Why a test with GLib has to be skipped; false when it need not. */
export const withoutGlib =
  spawnSync(PYTHON, ['-c', 'from gi.repository import Gio']).status === 0
    ? false
    : 'python3-gi is missing: apt-get install python3-gi';

/** What an outside program said about our service. */
export type Verdict = { readonly code: number; readonly out: string; readonly err: string };

export type JudgeOptions = { readonly uid?: number; readonly env?: NodeJS.ProcessEnv };

/** Runs a program and waits for its end; a program that fails is a verdict too. */
export function judge(
  program: string,
  args: readonly string[],
  { uid, env = process.env }: JudgeOptions = {},
): Promise<Verdict> {
  const options = {
    // gdbus translates its texts, and busctl asks a pager.
    env: { ...env, LC_ALL: 'C.UTF-8', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  };
  return new Promise(resolve => {
    execFile(program, args, options, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, out: out.trim(), err: err.trim() });
    });
  });
}

/** The judges on one bus, each called with what stands behind its options. */
export function judgesOf(address: string) {
  return {
    busctl: (...args: string[]) => judge('busctl', [`--address=${address}`, ...args]),
    gdbus: (command: string, ...args: string[]) => judge('gdbus', [command, '--address', address, ...args]),
    dbusSend: (...args: string[]) => judge('dbus-send', [`--bus=${address}`, '--print-reply', ...args]),
    busctlAs: (uid: number, ...args: string[]) => judge('busctl', [`--address=${address}`, ...args], { uid }),
  };
}
