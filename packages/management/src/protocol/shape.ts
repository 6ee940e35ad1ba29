/**
 * One part of a reply, by how it ends.
 *
 * - `status`: any lines, then `SUCCESS:` or `ERROR:`; the same again behind one that counts the clients of a push-update
 * - `block`: lines, then `END`; or a single `ERROR:` instead
 * - `rows`: a block whose rows begin with what peers chose, so a row may look like a notification (`status 1`)
 * - `signal`: a status; up to OpenVPN 2.5 a daemon that is held sends the notification `HOLD` instead
 * - `PKCS11ID-COUNT`, `PKCS11ID-ENTRY`: the notification of that name; or `ERROR:`
 * - `close`: the daemon closes the connection
 */
export type Part = 'status' | 'block' | 'rows' | 'signal' | 'PKCS11ID-COUNT' | 'PKCS11ID-ENTRY' | 'close';

/** The parts of a reply in order. Empty: the daemon does not answer this command at all. */
export type Shape = readonly Part[];

const status: Shape = ['status'];
const block: Shape = ['block'];

const fixed: Readonly<Record<string, Shape>> = {
  'auth-retry': status,
  bytecount: status,
  certificate: status,
  'client-auth': status,
  'client-auth-nt': status,
  'client-deny': status,
  'client-kill': status,
  'client-pending-auth': status,
  'client-pf': status,
  'cr-response': status,
  'env-filter': status,
  exit: ['close'],
  'forget-passwords': status,
  help: block,
  hold: status,
  kill: status,
  'load-stats': status,
  mute: status,
  nclients: status,
  needok: status,
  needstr: status,
  net: block,
  password: status,
  pid: status,
  'pk-sig': status,
  'pkcs11-id-count': ['PKCS11ID-COUNT'],
  'pkcs11-id-get': ['PKCS11ID-ENTRY'],
  proxy: status,
  'push-update-broad': status,
  'push-update-cid': status,
  quit: ['close'],
  remote: status,
  'remote-entry-count': block,
  'remote-entry-get': block,
  'rsa-sig': status,
  signal: status,
  username: status,
  verb: status,
};

/** The commands whose body lines, up to `END`, follow the command line. */
export const multiLine: ReadonlySet<string> = new Set([
  'client-auth',
  'client-pf',
  'rsa-sig',
  'pk-sig',
  'certificate',
]);

/**
 * The shape of the reply to a command line, given as its words without quotes; `undefined` for a verb that is not
 * known here. The shape belongs to the line, not to the verb: `log on` answers with one line, `log on all` with a
 * line and a block, `log all on` the other way round.
 *
 * `answersVersion` says whether this daemon answers `version n` with a status line: from 2.7.1 on, for n of 4 and more.
 * What other daemons do stands in conduct.ts.
 */
export function replyShape(words: readonly string[], answersVersion = false): Shape | undefined {
  const [verb = '', first, second] = words;
  switch (verb) {
    case 'version':
      return first === undefined ? block : answersVersion && Number(first) >= 4 ? status : [];
    case 'status':
      // Without a number the daemon's own `status-version` decides, and any other word reads as that.
      return first === '2' || first === '3' ? block : ['rows'];
    case 'state':
    case 'log':
    case 'echo':
      if (first === undefined) return verb === 'state' ? block : status;
      return second === undefined ? [historyPart(first)] : [historyPart(first), historyPart(second)];
    default:
      return Object.hasOwn(fixed, verb) ? fixed[verb] : undefined;
  }
}

/** `on` and `off` answer with a status line; `all` and a number with a block (a bad word with `ERROR:`, in both). */
function historyPart(word: string): Part {
  return word === 'on' || word === 'off' ? 'status' : 'block';
}
