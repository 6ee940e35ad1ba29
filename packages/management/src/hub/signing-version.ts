// The daemon keeps one version of the interface for all who use it. The hub announces the one below, and gives programs
// that know less the older forms: signatures are all in which versions up to 3 differ.

/** PK_SIGN with its algorithm. What later versions change cannot be turned back, so it comes with a program that asks. */
export const hubVersion = 3;

/** The notification in the form that the announced version knows: PK_SIGN has more to it with every version. */
export function inVersion(line: string, version: number): string {
  if (version >= hubVersion || !line.startsWith('>PK_SIGN:')) return line;
  const [data] = line.slice('>PK_SIGN:'.length).split(',', 1);
  return version === 2 ? `>PK_SIGN:${data}` : `>RSA_SIGN:${data}`;
}

/** The reply to a signature, which is called by the name of the question. */
export function replyInVersion(line: string, version: number): string {
  return version >= 2 ? line : line.replace(/^(SUCCESS|ERROR): pk-sign command /, '$1: rsa-sign command ');
}
