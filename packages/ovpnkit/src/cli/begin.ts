// The program begins. What it does not use it does not load: a version number needs neither the parser nor the library.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';

const args = process.argv.slice(2);
const [command, service = ''] = args;
if (args.length === 1 && (command === '--version' || command === '-V')) {
  const { readVersion } = await import('./version.ts');
  process.stdout.write(`${readVersion()}\n`);
} else if (command === 'service' && service !== '' && !/^(un)?install$|^-/.test(service)) {
  // A service has options of its own, and nothing of the command besides.
  process.on('SIGUSR1', () => {}); // Node would open a debugger for everybody on this host
  const { serviceMains } = await import('@ovpnkit/openvpn3/services');
  const load = Object.entries(serviceMains).find(([name]) => name === service)?.[1];
  process.exit(
    load ? await (await load()).main(args.slice(2)) : await (await import('./main.ts')).main(args),
  );
} else {
  // Compiled code is run without a question, so it lies where only this user writes, not in /tmp; and root's HOME may be
  // that of another user (sudo).
  if (process.geteuid?.() !== 0)
    enableCompileCache(`${process.env.XDG_CACHE_HOME || `${homedir()}/.cache`}/ovpnkit`);
  const { main } = await import('./main.ts');
  process.exitCode = await main(args);
}
