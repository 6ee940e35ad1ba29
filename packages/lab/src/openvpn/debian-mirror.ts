import { runProgram } from '../process/program.ts';

/**
 * Gives the address of the Debian mirror that apt is configured with on this machine, for its other suites. Rejects with
 * an Error in one sentence when there is none.
 *
 * @since 0.1.0
 */
export async function debianMirror(): Promise<string> {
  const format = '$(ORIGIN)\t$(LABEL)\t$(REPO_URI)';
  const { stdout } = await runProgram(['apt-get', 'indextargets', '--format', format]).catch(() => ({
    stdout: '',
  }));
  const targets = stdout.split('\n').map(line => line.split('\t'));
  const known = targets.find(([origin, label]) => origin === 'Debian' && label === 'Debian');
  // Before the first `apt-get update`, apt knows no origins; the archive itself is called `debian` on every mirror.
  const [, , address] = known ?? targets.find(([, , uri]) => /\/debian\/?$/.test(uri ?? '')) ?? [];
  if (address !== undefined) return address;
  throw new Error('apt is configured with no Debian mirror here; run this on a Debian machine');
}
