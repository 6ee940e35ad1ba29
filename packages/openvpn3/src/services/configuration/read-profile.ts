import { Secret } from '@ovpnkit/management';
import { byteLength } from '../../tunnel/profile/byte-length.ts';
import { checkDirectives } from '../../tunnel/profile/check-directives.ts';
import { type Directive, parseProfile } from '../../tunnel/profile/parse-profile.ts';
import { ProfileError } from '../../tunnel/profile/profile-error.ts';
import type { Configuration } from './configuration.ts';
import { metaNames } from './profile-json.ts';
import { formatProfile } from './profile-text.ts';

const MAX_BYTES = 262_144;

/**
 * A user's profile as it is kept and fetched, and whether a tunnel can run with it.
 *
 * @throws ProfileError when it is no profile at all, in the words of OpenVPN 3 where it has some
 */
export function readProfile(text: string): Pick<Configuration, 'profile' | 'problem'> {
  if (byteLength(text) > MAX_BYTES)
    throw new ProfileError(undefined, 'ERR_INVALID_CONFIG: option_error: profile is too large');
  try {
    return keepDirectives([...parseProfile(text).directives, ...metaDirectives(text)]);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw new ProfileError(undefined, `ERR_INVALID_OPTION_VAL: option_error: ${inOtherWords(error)}`);
  }
}

/** The same of directives. @throws ProfileError when they cannot be written so that they are read the same */
export function keepDirectives(directives: readonly Directive[]): Pick<Configuration, 'profile' | 'problem'> {
  const kept = formatProfile(directives);
  return { profile: new Secret(kept), problem: problemOf(parseProfile(kept).directives) };
}

/** The directives of a profile that is kept. */
export const directivesOf = ({ profile }: Pick<Configuration, 'profile'>): readonly Directive[] =>
  parseProfile(profile.reveal()).directives;

function inOtherWords({ message, line }: ProfileError): string {
  const [, tag] = /: <(.+)> is not closed;/.exec(message) ?? [];
  if (tag !== undefined) return `option <${tag}> was not properly closed out`;
  if (/: the line is longer than /.test(message)) return `line ${line} is too long`;
  return message;
}

/** `# OVPN_ACCESS_SERVER_USERNAME=joe`, which is no comment to OpenVPN 3. */
function metaDirectives(text: string): Directive[] {
  const found = text.matchAll(/^# OVPN_ACCESS_SERVER_([A-Z_]+)=(.*?)\r?$/gm);
  return [...found].flatMap(([, name = '', value = '']): Directive[] =>
    metaNames.includes(name) ? [{ name, parameters: [value], line: 0, optional: true }] : [],
  );
}

/** The first sentence is OpenVPN 3's, word for word; so is the second. */
function problemOf(directives: readonly Directive[]): string | undefined {
  const has = (...names: string[]) => directives.some(({ name }) => names.includes(name));
  const missing = [
    has('ca') ? [] : ['--ca'],
    has('client', 'tls-client') ? [] : ['--client or --tls-client'],
    has('dev') ? [] : ['--dev'],
    has('remote', 'connection') ? [] : ['--remote'],
  ].flat();
  if (missing.length > 0) return `Configuration profile is missing required options: ${missing.join(', ')}`;
  if (
    directives.some(({ name, parameters: [variable] }) => name === 'setenv' && variable === 'GENERIC_CONFIG')
  )
    return 'Server locked profiles are unsupported';
  try {
    checkDirectives({ directives });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    // It has the lines of what is kept, which the user has never seen.
    return error.message.replace(/^line \d+: /, '');
  }
}
