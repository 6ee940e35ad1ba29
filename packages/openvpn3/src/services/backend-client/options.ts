import { parseArgs } from 'node:util';
import type { DialectChoice } from '../../contract/dialect.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';

/** What the command line says. */
export type Invocation =
  | { readonly type: 'help' | 'version' }
  /** `unknown-option` and `arguments` are told apart by the exit codes of the deployed program. */
  | { readonly type: 'refused'; readonly reason: 'arguments' | 'unknown-option'; readonly text: string }
  | { readonly type: 'run'; readonly options: BackendOptions }
  /** Waits for its token. */
  | { readonly type: 'warm'; readonly options: Omit<BackendOptions, 'token'> };

export type BackendOptions = {
  readonly token: string;
  /** 0 to 6, until the profile or an override says another. */
  readonly logLevel: number | undefined;
  /** A path, or `stdout:`. */
  readonly logFile: string | undefined;
  readonly colour: boolean;
  readonly api: DialectChoice;
  /** The openvpn program, when it is named. */
  readonly openvpn: string | undefined;
  readonly pkcs11Providers: readonly string[];
  readonly daemonize: boolean;
};

export const usage = `Usage: openvpn3-service-client [OPTIONS] TOKEN | --warm

The backend VPN client process of OpenVPN 3: one tunnel, on the system bus. It is started by the service
net.openvpn.v3.backends, which gives it the token of its session.

  --api documented|v27|auto   the dialect of the D-Bus API; auto, the default, asks the session manager
  --openvpn PATH              the openvpn program (default: OVPNKIT_OPENVPN, or openvpn in the PATH, /usr/local/sbin,
                              /usr/sbin and the other system folders)
  --pkcs11-provider PATH      a PKCS#11 module that profiles may use; may come more than once
  --log-level 0-6             how much is logged, until the profile says (default: 3)
  --log-file FILE|stdout:     log there as well as over D-Bus
  --colour                    with colours
  --no-daemonize              stay in the foreground
  --warm                      be ready on the bus, in the foreground, and read the token from standard input: so the
                              starter has one at hand; ends when standard input ends
  --disable-protect-socket    accepted and without effect: a daemon of its own routes around its tunnel
  --version, --help
`;

const dialects: readonly string[] = ['documented', 'v27', 'auto'];

/** Reads the command line, and does nothing else. */
export function parseInvocation(args: readonly string[]): Invocation {
  const refuse = (reason: 'arguments' | 'unknown-option', text: string): Invocation => ({
    type: 'refused',
    reason,
    text,
  });
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        api: { type: 'string', default: 'auto' },
        openvpn: { type: 'string' },
        'pkcs11-provider': { type: 'string', multiple: true, default: [] },
        'log-level': { type: 'string' },
        'log-file': { type: 'string' },
        colour: { type: 'boolean', default: false },
        'no-daemonize': { type: 'boolean', default: false },
        warm: { type: 'boolean', default: false },
        'disable-protect-socket': { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { type: 'help' };
    if (values.version) return { type: 'version' };
    const [token, ...more] = positionals;
    if (values.warm ? positionals.length > 0 : token === undefined || token === '' || more.length > 0)
      return refuse('arguments', 'exactly one TOKEN is needed, or --warm; the backend starter gives it');
    const level = values['log-level'];
    if (level !== undefined && !/^[0-6]$/.test(level))
      return refuse('arguments', `--log-level ${level} is not between 0 and ${HIGHEST_LOG_LEVEL}`);
    if (!dialects.includes(values.api))
      return refuse('arguments', `--api ${values.api} is none of ${dialects.join(', ')}`);
    const relative = values['pkcs11-provider'].find(path => !path.startsWith('/'));
    if (relative !== undefined)
      return refuse('arguments', `--pkcs11-provider ${relative} is no absolute path; name the file in full`);
    const options = {
      logLevel: level === undefined ? undefined : Number(level),
      logFile: values['log-file'],
      colour: values.colour,
      api: values.api as DialectChoice,
      openvpn: values.openvpn,
      pkcs11Providers: values['pkcs11-provider'],
      daemonize: !values['no-daemonize'],
    };
    return token === undefined ? { type: 'warm', options } : { type: 'run', options: { token, ...options } };
  } catch (error) {
    return refuse('unknown-option', error instanceof Error ? error.message : String(error));
  }
}
