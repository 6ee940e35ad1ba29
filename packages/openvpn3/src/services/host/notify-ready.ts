import { execFile } from 'node:child_process';

/** Takes systemd's socket out of the environment, so that no child of ours answers for us. Undefined: nobody waits. */
export function takeNotifySocket(): string | undefined {
  const { NOTIFY_SOCKET } = process.env;
  delete process.env.NOTIFY_SOCKET;
  return NOTIFY_SOCKET;
}

/** Tells systemd that the service is ready. Resolves when it is told; rejects when there is no `systemd-notify`. */
export async function notifyReady(socket: string | undefined): Promise<void> {
  if (socket === undefined) return;
  const env = { NOTIFY_SOCKET: socket, PATH: '/usr/bin:/bin' };
  await new Promise<void>((resolve, reject) => {
    execFile('systemd-notify', ['--ready', `--pid=${process.pid}`], { env }, error =>
      error ? reject(error) : resolve(),
    );
  });
}
