import { Secret } from '@ovpnkit/management';
import { connectionsOf } from './connections.ts';
import { lastDirective } from './last-directive.ts';
import type { Directive, Profile } from './parse-profile.ts';
import { refusesDco } from './refuses-dco.ts';

/** A name and its password out of the profile. No password: it must be asked. */
export type ProfileCredentials = { readonly username: string; readonly password: Secret | undefined };

export type StaticChallenge = {
  readonly text: string;
  /** Whether the response may be seen while it is typed. */
  readonly echo: boolean;
  /** How the server gets it: encoded with the password (the daemon does that), or right behind the password. */
  readonly format: 'scrv1' | 'concat';
};

/** What a profile needs beyond itself, and what it says to us and not to the daemon. */
export type Requirements = {
  /** Name and password, or the password alone, must be asked. */
  readonly userPassword: boolean;
  /** What the profile brings of them. */
  readonly credentials: ProfileCredentials | undefined;
  readonly staticChallenge: StaticChallenge | undefined;
  /** The key needs its passphrase. Of a bundle (`pkcs12`) only the daemon finds out, and asks when it opens it. */
  readonly encryptedKey: boolean;
  /** There is a certificate and no key: somebody else signs. */
  readonly externalKey: boolean;
  /** The key is on a token. */
  readonly pkcs11: boolean;
  /** The HTTP proxy may ask for credentials that the profile does not bring. */
  readonly httpProxy: boolean;
  readonly httpProxyCredentials: ProfileCredentials | undefined;
  /** The log level, 0 to 6. Undefined when the profile does not say. */
  readonly verb: number | undefined;
  /** The daemon will not offload the data channel to the kernel, whatever is asked of it. */
  readonly dcoRefused: boolean;
};

const maxVerb = 6;

/** What must be asked before the daemon can connect, and what follows from the profile besides. */
export function requirementsOf(profile: Profile): Requirements {
  const { directives } = profile;
  const has = (name: string): boolean => directives.some(each => each.name === name);
  const credentials = parseCredentials(lastBlock(directives, 'auth-user-pass'));
  const httpProxyCredentials = parseCredentials(lastBlock(directives, 'http-proxy-user-pass'));
  const proxyAsks = [...directives, ...connectionsOf(profile).flat()].some(
    ({ name, parameters }) => name === 'http-proxy' && parameters.slice(2).some(word => word !== 'none'),
  );
  const pkcs11 = directives.some(({ name }) => name.startsWith('pkcs11-'));
  const noCertificate = directives.some(
    ({ name, parameters: [variable, value] }) =>
      name === 'setenv' && variable === 'CLIENT_CERT' && value === '0',
  );
  const verb = Number(lastDirective(directives, 'verb')?.parameters[0] ?? Number.NaN);
  return {
    userPassword: has('auth-user-pass') && credentials?.password === undefined,
    credentials,
    staticChallenge: parseStaticChallenge(lastDirective(directives, 'static-challenge')),
    encryptedKey: isEncrypted(lastBlock(directives, 'key') ?? ''),
    externalKey: has('cert') && !has('key') && !has('pkcs12') && !pkcs11 && !noCertificate,
    pkcs11,
    httpProxy: (proxyAsks || has('http-proxy-user-pass')) && httpProxyCredentials?.password === undefined,
    httpProxyCredentials,
    verb: Number.isNaN(verb) ? undefined : Math.min(Math.max(verb, 0), maxVerb),
    dcoRefused: refusesDco(profile),
  };
}

const lastBlock = (directives: readonly Directive[], name: string): string | undefined =>
  directives.findLast(each => each.name === name && each.body !== undefined)?.body;

/** Two lines, name and password; the second may be missing. */
function parseCredentials(body: string | undefined): ProfileCredentials | undefined {
  const [username, password] = body?.split('\n') ?? [];
  if (!username) return undefined;
  return { username, password: password ? new Secret(password) : undefined };
}

function parseStaticChallenge(directive: Directive | undefined): StaticChallenge | undefined {
  const [text, echo, format] = directive?.parameters ?? [];
  if (text === undefined) return undefined;
  return { text, echo: echo === '1', format: format === 'concat' ? 'concat' : 'scrv1' };
}

/** PKCS#8 says it in the first line, the older form of OpenSSL in a header. */
const isEncrypted = (pem: string): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m.test(pem);
