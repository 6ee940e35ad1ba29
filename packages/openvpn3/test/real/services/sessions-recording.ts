// What was called at the deployed session manager, and what it answered, as it was recorded.
import { readFileSync } from 'node:fs';
import { Variant } from '@ovpnkit/dbus';
import { type Literal, parsePythonLiteral } from '../conformance/backend/python-literal.ts';

export type RecordedCall = {
  /** Below which heading it stands. */
  readonly section: string;
  readonly who: string;
  readonly path: string;
  /** `Ready`, `Get`, `GetAll` or `Set`. */
  readonly member: string;
  /** Without the interface that those of properties begin with. */
  readonly args: readonly Literal[];
  /** The type of the last argument, where it is written out: `u`. */
  readonly lastType: string | undefined;
  /** `OK …` or `ERROR name | message`. */
  readonly outcome: string;
  /** What was done behind it: the words in brackets on a line of their own. */
  readonly byHand: string | undefined;
};

const CALL = /^\[(\w+)\] sessions (\S+) (?:~\.sessions|DBus\.Properties)\.(\w+)\((.*)\)$/;

/** The calls at the session manager, Introspect left out. */
export function readCalls(name: string): RecordedCall[] {
  const lines = readRecording(name).split('\n');
  let section = '';
  return lines.flatMap((line, index) => {
    section = /^## (.*)/.exec(line)?.[1] ?? section;
    const [, who, path = '', member = '', list = ''] = CALL.exec(line) ?? [];
    const [, outcome] = /^ {6}-> (.*?) {2,3}\([\d.]+ ms\)$/.exec(lines[index + 1] ?? '') ?? [];
    if (who === undefined || outcome === undefined) return [];
    const typed = /dbus\.UInt32\((\d+)\)/;
    const args = parsePythonLiteral(list.replace(typed, '$1')) as readonly Literal[];
    const call: RecordedCall = {
      section,
      who,
      path: full(path),
      member,
      args: ['Get', 'GetAll', 'Set'].includes(member) ? args.slice(1) : args,
      lastType: typed.test(list) ? 'u' : undefined,
      outcome,
      byHand: /^\((.*)\)$/.exec(lines[index + 2] ?? '')?.[1],
    };
    return [call];
  });
}

const WIRE_CALL =
  /^ *\d+ CALL {2}(:1\.\d+) -> ~\.sessions (\S+) (?:~\.sessions|DBus\.Properties)\.(\w+) (\[.*\])$/;

/** The calls that one command of the deployed front end made at the session manager, as they were on the bus. */
export function readCommand(name: string): RecordedCall[] {
  const text = readRecording(name);
  const [, who = ''] = /^\$ .*\[as (\w+)\]/.exec(text) ?? [];
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const [, caller, path = '', member = '', list = ''] = WIRE_CALL.exec(line) ?? [];
    if (caller === undefined) return [];
    const answer = new RegExp(
      `^ *\\d+ {3}(?:ret|ERR) ~\\.sessions -> ${caller} \\[${member}\\] (?:(\\S+) )?(\\[.*\\])$`,
    );
    const end = lines.slice(index).find(each => each.includes(`~.sessions -> ${caller} [${member}]`));
    const [, error, body] = answer.exec(end ?? '') ?? [];
    // Long answers were cut by the recorder.
    if (body === undefined) return [];
    const literals = (text: string) =>
      parsePythonLiteral(text.replaceAll(/(?<=')~/g, '/net/openvpn/v3')) as readonly Literal[];
    const args = literals(list);
    const call: RecordedCall = {
      section: name,
      who,
      path: full(path),
      member,
      args: ['Get', 'GetAll', 'Set'].includes(member) ? args.slice(1) : args,
      lastType: undefined,
      outcome: error === undefined ? written(literals(body)) : `ERROR ${error} | ${literals(body)[0]}`,
      byHand: undefined,
    };
    return [call];
  });
}

const readRecording = (name: string): string =>
  readFileSync(new URL(`../../recordings/cli/${name}.txt`, import.meta.url), 'utf8');

const full = (path: string): string => path.replace(/^~/, '/net/openvpn/v3');

/** An answer as the recorder wrote it: text as it is, everything within a value as Python's `repr` writes it. */
export const written = (body: readonly unknown[]): string => {
  if (body.length === 0) return 'OK None';
  const [only] = body;
  const value = body.length > 1 ? body : only instanceof Variant ? only.value : only;
  return `OK ${typeof value === 'string' ? value : repr(value)}`;
};

function repr(value: unknown): string {
  if (value instanceof Variant) return repr(value.value);
  if (value instanceof Map)
    return `{${[...value].map(([key, each]) => `${repr(key)}: ${repr(each)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null) return repr(new Map(Object.entries(value)));
  return String(value);
}

const masks: readonly (readonly [RegExp, string])[] = [
  [/\/sessions\/[0-9a-f]{8}s[0-9a-fs]{27}/g, '/sessions/ID'],
  [/\/configuration\/[0-9a-f]{8}x[0-9a-fx]{27}/g, '/configuration/ID'],
  [/\/log\/proxy\/[0-9a-f]{8}l[0-9a-fl]{27}/g, '/log/proxy/ID'],
  [/:1\.\d+/g, ':1.N'],
  // A process id, a time.
  [/^OK \d{3,}$/g, 'OK N'],
  [/pid: \d+/g, 'pid: N'],
  [/('backend_pid'|'session_created'|'[A-Z_]+_(?:IN|OUT)'): \d+/g, '$1: N'],
  [/(?<=\['udp', ')[\d.]+|(?<='session_name': ')[\d.]+|(?<=^OK )(\d+\.){3}\d+$/g, 'ADDRESS'],
  // What the bus refuses itself, it tells with the sender.
  [/Rejected send message.*/, 'Rejected send message'],
];

/** Without what differs from one run to the next. Structs and arrays are written alike. */
export const masked = (text: string): string =>
  masks.reduce(
    (result, [pattern, by]) => result.replaceAll(new RegExp(pattern, 'g'), by),
    text.startsWith('OK') ? text.replace(/[(]/g, '[').replace(/[)]/g, ']') : text,
  );
