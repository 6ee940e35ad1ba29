// A stand-in of systemd-resolved, which keeps what it is asked to do.
import { type DBusError, defineInterface, implement, serve } from '@ovpnkit/dbus';
import type { SystemBus } from './system-bus.ts';

export type Resolver = {
  /** Member and arguments, in order. Addresses are `[family, Uint8Array]`. */
  readonly calls: readonly (readonly [member: string, ...args: unknown[]])[];
  /** From now on every method is answered with this error; with `undefined` none is. */
  refuse(error: DBusError | undefined): void;
  /** Leaves the bus. */
  close(): Promise<void>;
};

const NAME = 'org.freedesktop.resolve1';

const Manager = defineInterface({
  name: `${NAME}.Manager`,
  methods: {
    SetLinkDNS: { in: ['i ifindex', 'a(iay) addresses'] },
    SetLinkDNSEx: { in: ['i ifindex', 'a(iayqs) addresses'] },
    SetLinkDomains: { in: ['i ifindex', 'a(sb) domains'] },
    SetLinkDefaultRoute: { in: ['i ifindex', 'b enable'] },
    SetLinkDNSOverTLS: { in: ['i ifindex', 's mode'] },
    SetLinkDNSSEC: { in: ['i ifindex', 's mode'] },
    RevertLink: { in: ['i ifindex'] },
    FlushCaches: {},
  },
});

export async function startResolver(systemBus: SystemBus): Promise<Resolver> {
  const bus = await systemBus.connect();
  const calls: [string, ...unknown[]][] = [];
  let refusal: DBusError | undefined;
  const keep = (member: string) => (args: readonly unknown[]) => {
    calls.push([member, ...args]);
    if (refusal !== undefined) throw refusal;
  };
  const server = await serve(bus, { authorize: () => true, errorNames: 'glib' });
  server.export(
    '/org/freedesktop/resolve1',
    implement(Manager, {
      methods: {
        SetLinkDNS: keep('SetLinkDNS'),
        SetLinkDNSEx: keep('SetLinkDNSEx'),
        SetLinkDomains: keep('SetLinkDomains'),
        SetLinkDefaultRoute: keep('SetLinkDefaultRoute'),
        SetLinkDNSOverTLS: keep('SetLinkDNSOverTLS'),
        SetLinkDNSSEC: keep('SetLinkDNSSEC'),
        RevertLink: keep('RevertLink'),
        FlushCaches: keep('FlushCaches'),
      },
    }),
  );
  await bus.requestName(NAME);
  return {
    calls,
    refuse(error) {
      refusal = error;
    },
    close: () => bus.close(),
  };
}
