import { lexLine } from '@ovpnkit/management';

/** The directives that name a file which may stand in the profile instead. */
const fileDirectives: ReadonlySet<string> = new Set([
  ...['auth-user-pass', 'ca', 'cert', 'crl-verify', 'dh', 'extra-certs', 'http-proxy-user-pass'],
  ...['key', 'pkcs12', 'tls-auth', 'tls-crypt', 'tls-crypt-v2'],
]);

/**
 * A profile with the files it names inside: services read no files of users. `read` gets a name as the profile has it, and for what it is;
 * what it throws is thrown. Everything else stays as it is.
 */
export async function inlineFiles(
  profile: string,
  read: (name: string, directive: string) => Promise<Uint8Array>,
): Promise<string> {
  const inlined: string[] = [];
  let block: string | undefined;
  for (const line of profile.split('\n')) {
    const [, tag] = /^\s*<([^/>]+)>\s*$/.exec(line) ?? [];
    const file = block === undefined && tag === undefined ? namedFile(line) : undefined;
    if (block === undefined) block = tag;
    else if (line.trimStart().startsWith(`</${block}>`)) block = undefined;
    inlined.push(...(file === undefined ? [line] : await blockOf(file, read)));
  }
  return inlined.join('\n');
}

type NamedFile = {
  readonly directive: string;
  readonly name: string;
  readonly direction: string | undefined;
};

function namedFile(line: string): NamedFile | undefined {
  const lexed = lexLine(line.trimEnd());
  if ('error' in lexed) return undefined;
  const [first = '', name, direction] = lexed.words;
  const directive = first.replace(/^--/, '');
  if (name === undefined || name === '[inline]' || !fileDirectives.has(directive)) return undefined;
  // A folder of revocation lists has no inline form.
  return directive === 'crl-verify' && direction === 'dir' ? undefined : { directive, name, direction };
}

/** In lines as PEM has them: the daemon finds no bundle in a long one. */
const base64Lines = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');

async function blockOf(
  { directive, name, direction }: NamedFile,
  read: (name: string, directive: string) => Promise<Uint8Array>,
): Promise<string[]> {
  const bytes = await read(name, directive);
  const text = directive === 'pkcs12' ? base64Lines(bytes) : Buffer.from(bytes).toString();
  if (text.includes(`</${directive}>`)) {
    throw new Error(`${name} cannot stand in a profile: it has a line with </${directive}>; remove it`);
  }
  const block = [`<${directive}>`, text.trimEnd(), `</${directive}>`];
  return directive === 'tls-auth' && direction !== undefined
    ? [...block, `key-direction ${direction}`]
    : block;
}
