#!/usr/bin/env node
// The program. What it does not use it does not load: a version number needs neither the parser nor the library.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  const { readVersion } = await import('../dist/cli/version.js');
  process.stdout.write(`${readVersion()}\n`);
} else if (args[0] === 'service' && args[1] !== undefined && !/^(un)?install$|^-/.test(args[1])) {
  // A service has options of its own, and nothing of the command besides.
  process.on('SIGUSR1', () => {}); // Node would open a debugger for everybody on this host
  const { serviceMains } = await import('@ovpnkit/openvpn3/services');
  const load = Object.hasOwn(serviceMains, args[1]) ? serviceMains[args[1]] : undefined;
  const { main } = (await load?.()) ?? (await import('../dist/cli/main.js'));
  process.exit(await main(load ? args.slice(2) : args));
} else {
  // Compiled code is run without a question, so it lies where only this user writes, not in /tmp; and root's HOME may be
  // that of another user (sudo).
  if (process.geteuid?.() !== 0)
    enableCompileCache(`${process.env.XDG_CACHE_HOME || `${homedir()}/.cache`}/ovpnkit`);
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(args);
}
