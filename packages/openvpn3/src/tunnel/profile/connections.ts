import { type Directive, type Profile, parseProfile } from './parse-profile.ts';

/**
 * The ways to the server, in the order in which the daemon tries them, each with the directives that hold for it alone:
 * what is in each `<connection>`, or one `remote` each.
 *
 * @throws ProfileError when the text of a `<connection>` cannot be read
 */
export function connectionsOf({ directives }: Profile): readonly (readonly Directive[])[] {
  const blocks = directives.filter(({ name }) => name === 'connection');
  if (blocks.length > 0) return blocks.map(({ body, line }) => parseProfile(body ?? '', line + 1).directives);
  return directives.filter(({ name }) => name === 'remote').map(remote => [remote]);
}
