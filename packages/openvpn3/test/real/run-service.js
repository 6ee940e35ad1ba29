// A service as a program of its own, which takes the arguments of `ovpnkit`: `service NAME [OPTIONS]`.
import { serviceMains } from '../../dist/services/service-mains.js';

process.on('SIGUSR1', () => {}); // Node would open a debugger for everybody on this host
const [, name = '', ...options] = process.argv.slice(2);
const load = serviceMains[name];
if (load === undefined) throw new Error(`there is no service '${name}'`);
const { main } = await load();
process.exit(await main(options));
