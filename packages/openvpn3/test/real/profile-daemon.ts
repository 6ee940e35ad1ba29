import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '@ovpnkit/lab/testing';
import { connect, type ManagementClient } from '@ovpnkit/management';
import { openvpnProgram } from '@ovpnkit/management/daemon';

/** Runs `openvpn --config stdin` to its end, or to the end of the test, and gives what it said. */
export const sayingOf = (t: TestContext, configuration: string): Promise<string> =>
  within('openvpn ends', endOf(t, configuration));

function endOf({ signal }: TestContext, configuration: string): Promise<string> {
  const daemon = spawn(openvpnProgram(), ['--config', 'stdin'], { signal, killSignal: 'SIGKILL' });
  let said = '';
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  daemon.stdin.on('error', () => {}); // it ends at the first line that it cannot read
  daemon.stdin.end(configuration);
  return new Promise((resolve, reject) => {
    daemon.on('error', reject).on('close', () => resolve(said));
  });
}

/**
 * A real daemon that dials in and is held: nothing has been resolved, opened or sent yet. It ends with the test.
 *
 * @param configuration gets the path of the management socket
 */
export async function heldDaemon(
  t: TestContext,
  configuration: (managementSocket: string) => string,
): Promise<ManagementClient> {
  const directory = await mkdtemp(join(tmpdir(), 'profile-'));
  const path = join(directory, 'management');
  const ended = new AbortController();
  let said: Promise<unknown> | undefined;
  t.after(async () => {
    ended.abort(); // closes the connection, which ends the daemon
    await said;
    await rm(directory, { recursive: true, force: true });
  });
  const opening = connect({ listen: { path }, signal: ended.signal });
  let failed = false;
  opening.catch(() => {
    failed = true;
  });
  while (!failed && !existsSync(path)) await sleep(5);
  said = endOf(t, configuration(path)).then(
    text => ended.abort(new Error(`openvpn ended: ${text}`)),
    error => ended.abort(error),
  );
  return within('openvpn dials in', opening);
}
