// `npm start`: a lab that plays while `watch` shows it; with `--management ADDRESS`, `watch` on the user's own daemon.
import { main } from '../packages/ovpnkit/src/cli/main.ts';

const args = process.argv.slice(2);
const own = args.some(arg => arg === '--management' || arg.startsWith('--management='));
process.exitCode = await main([own ? 'watch' : 'demo', ...args]);
