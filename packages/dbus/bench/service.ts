// The service of gdbus-service.c, written with this package. Argument: the address of the bus.
import { connect, implement, serve } from '../dist/index.js';
import { Bench, NAME, PATH } from './bench-interface.ts';

const bus = await connect({ address: process.argv[2] ?? 'session' });
const server = await serve(bus, { authorize: ({ caller }) => caller.uid === process.getuid?.() });
server.export(
  PATH,
  implement(Bench, {
    methods: {
      Echo: ([text]) => text,
      async Emit([count]) {
        for (let number = 1; number <= count; number++) {
          while (!server.emit(PATH, Bench, 'Tick', [number, count, 'a text of some length']))
            await bus.drained();
        }
      },
    },
  }),
);
await bus.requestName(NAME);
