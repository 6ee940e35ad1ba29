// A greeter in a process of its own, which tells on request how much memory it holds. Argument: the address of the bus.
import { connect } from '../../src/index.ts';
import { serveGreeter } from './greeter.ts';

const bus = await connect({ address: process.argv[2] ?? 'session' });
const { errors } = await serveGreeter(bus);
process.on('message', () => {
  errors.length = 0;
  globalThis.gc?.();
  process.send?.(process.memoryUsage().heapUsed);
});
process.send?.('ready');
