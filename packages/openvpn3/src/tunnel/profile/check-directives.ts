import { connectionDirectives } from './connection-directives.ts';
import { directives, type Rule } from './directives.ts';
import { fitsUsage } from './fits-usage.ts';
import { formatDirective } from './format-directive.ts';
import { type Directive, type Profile, parseProfile } from './parse-profile.ts';
import { ProfileError } from './profile-error.ts';
import { setenvRule } from './setenv-rule.ts';

/** A directive that the daemon does not get, and why: for the log. */
export type Ignored = { readonly directive: Directive; readonly reason: string };

export type CheckedProfile = {
  /** What the daemon may get, and nothing else. */
  readonly profile: Profile;
  readonly ignored: readonly Ignored[];
};

/** What OpenVPN 3 says, word for word: front ends show it. */
const noRemote = 'ERR_INVALID_CONFIG: option_error: remote option not specified';

/** Blocks that may come more than once. Of any other the daemon takes the last, and others the first. */
const repeatable: readonly string[] = ['connection', 'peer-fingerprint'];

/**
 * The border between users and the daemon: lets through what is known to run, load, read and write nothing, and tells
 * apart what can be left out without harm.
 *
 * @throws ProfileError for anything else, by name, and when there is no remote
 */
export function checkDirectives(profile: Profile): CheckedProfile {
  const passed: Directive[] = [];
  const ignored: Ignored[] = [];
  const mayBeUnknown = unknownNames(profile);
  const blocks = new Set<string>();
  for (const directive of profile.directives) {
    const { name, body, line } = directive;
    if (body !== undefined && blocks.has(name) && !repeatable.includes(name))
      throw new ProfileError(line, `there is a second <${name}>; keep one of them`);
    if (body !== undefined) blocks.add(name);
  }
  for (const directive of profile.directives) {
    const { name, parameters, line } = directive;
    if (isPlaceholder(directive, blocks)) {
      ignored.push({ directive, reason: 'it stands for the block of the same name' });
      const direction = parameters[1];
      if (direction !== undefined) passed.push({ name: 'key-direction', parameters: [direction], line });
      continue;
    }
    const rule = name === 'setenv' ? setenvRule(parameters[0]) : directives.get(name);
    if (rule) {
      checkForm(directive, rule);
      if (rule.action === 'allow')
        passed.push(name === 'connection' ? checkedConnection(directive) : directive);
      else ignored.push({ directive, reason: rule.reason });
    } else if (directive.optional || mayBeUnknown(name))
      ignored.push({ directive, reason: 'it is not known, and the profile says that this is no error' });
    else throw new ProfileError(line, `'${name}' is not known here, so it is refused; remove it`);
  }
  if (!passed.some(({ name }) => name === 'remote' || name === 'connection'))
    throw new ProfileError(undefined, noRemote);
  return { profile: { directives: passed }, ignored };
}

/** @returns only when the directive has a form in which its rule lets it be */
function checkForm(
  { name, parameters, body, line }: Directive,
  rule: Rule,
): asserts rule is Exclude<Rule, { action: 'refuse' }> {
  if (rule.action === 'refuse')
    throw new ProfileError(line, `'${name}' is refused: ${rule.reason}; remove it`);
  if (body !== undefined) {
    if (rule.inline) return;
    throw new ProfileError(line, `'${name}' is no block; write it in one line`);
  }
  if (rule.usage !== undefined && fitsUsage(rule.usage, parameters)) return;
  const because = rule.action === 'ignore' ? ` because ${rule.reason}` : '';
  throw new ProfileError(
    line,
    rule.inline && !rule.usage
      ? `'${name}' would read a file, and a profile may not; put the content between <${name}> and </${name}>`
      : `'${name}' must be '${`${name} ${rule.usage}`.trimEnd()}'${because}; mend its parameters`,
  );
}

/** `ca [inline]` beside `<ca>`, and `tls-auth [inline] 1`: older programs write so. */
function isPlaceholder({ name, parameters, body }: Directive, blocks: ReadonlySet<string>): boolean {
  const rule = directives.get(name);
  return (
    body === undefined &&
    rule !== undefined &&
    rule.action !== 'refuse' &&
    rule.inline &&
    blocks.has(name) &&
    fitsUsage(name === 'tls-auth' ? '[inline] 0|1?' : '[inline]', parameters)
  );
}

/** The same block with nothing in it but what was checked, spelt our way. */
function checkedConnection(connection: Directive): Directive {
  const { directives: inner } = parseProfile(connection.body ?? '', connection.line + 1);
  const body = inner.map(directive => {
    const { name, line } = directive;
    const rule = connectionDirectives.includes(name) ? directives.get(name) : undefined;
    if (rule?.action !== 'allow')
      throw new ProfileError(line, `'${name}' may not stand in <connection>; remove it`);
    checkForm(directive, rule);
    return formatDirective(directive);
  });
  if (!inner.some(({ name }) => name === 'remote'))
    throw new ProfileError(connection.line, "<connection> has no 'remote'; add one");
  return { ...connection, body: body.join('') };
}

/** Whether the profile itself says that a name need not be known. */
function unknownNames({ directives: all }: Profile): (name: string) => boolean {
  const names = new Set(
    all.filter(({ name }) => name === 'ignore-unknown-option').flatMap(({ parameters }) => parameters),
  );
  const forward = all.some(
    ({ name, parameters: [variable, value] }) =>
      name === 'setenv' && variable === 'FORWARD_COMPATIBLE' && value === '1',
  );
  return name => forward || names.has(name);
}
