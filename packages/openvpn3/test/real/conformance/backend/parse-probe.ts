import { parsePythonList, parsePythonLiteral } from './python-literal.ts';
import type { Emission, Outcome, Step } from './recording.ts';

const BACKEND = 'net.openvpn.v3.backends';

/** How long before its line an access by another program began at the latest, ms. */
const ACCESS_MS = 3;

/** One program driven directly by a stand-in session manager: `probes/*.txt`. */
export function parseProbe(text: string): Step[] {
  const steps: Step[] = [];
  for (const line of text.split('\n').filter(each => each.trim() !== '')) {
    const [, time = '', rest = ''] = /^ *([\d.]+) +(.*)$/.exec(line) ?? [];
    const at = Number(time);
    const event = /^(\w+) (\{.*)$/.exec(rest);
    if (event) {
      const [, name = '', fields = ''] = event;
      noteEvent(steps, at, name, parsePythonLiteral(fields) as Fields);
    } else if (rest.startsWith('signal ')) {
      const signal = parseSignal(rest);
      if (signal) steps.push({ at, ...signal });
    } else {
      const action = parseCall(rest, at);
      if (action) steps.push(action);
    }
  }
  return inOrder(withOwners(steps));
}

type Fields = { readonly [field: string]: string };

function noteEvent(steps: Step[], at: number, name: string, fields: Fields): void {
  const { text = '' } = fields;
  const [, signal] = /^signal (\d+): exited=True$/.exec(text) ?? [];
  if (name === 'start') steps.push({ kind: 'start', at });
  else if (name === 'exited') steps.push({ kind: 'exit', at });
  else if (name === 'owner') {
    if (!fields.name?.startsWith(`${BACKEND}.`)) return;
    steps.push({ kind: 'name', change: fields.new === '' ? 'lost' : 'acquired', at });
  } else if (name === 'access') {
    const { user = '', what = '', rc, out = '' } = fields;
    const [, error = '', message = ''] = /^Error ([\w.]+): (.*)$/s.exec(out) ?? [];
    const outcome = Number(rc) === 0 ? { ok: [words(out)] } : { error, message };
    steps.push({ kind: 'access', user, what, outcome, at: at - ACCESS_MS, until: at });
  } else if (text.startsWith('released ')) steps.push({ kind: 'release', at });
  else if (text.includes('alive=True')) steps.push({ kind: 'alive', at });
  else if (text.includes('alive=False')) steps.push({ kind: 'exit', at });
  else if (signal !== undefined) insertKill(steps, signalNames[signal] ?? 'SIGKILL', at);
}

const signalNames: Readonly<Record<string, NodeJS.Signals>> = { 1: 'SIGHUP', 10: 'SIGUSR1', 15: 'SIGTERM' };

/** The recorder notes a kill when the process has ended: what came of it may stand before the note. */
function insertKill(steps: Step[], signal: NodeJS.Signals, at: number): void {
  const lost = steps.findIndex(step => step.kind === 'name' && step.change === 'lost');
  const index = lost < 0 ? steps.length : lost;
  const began = Math.min(at, steps[lost]?.at ?? at);
  steps.splice(index, 0, { kind: 'kill', signal, at: began });
  steps.push({ kind: 'exit', at });
}

function parseSignal(rest: string): Emission | undefined {
  const [, category, text = ''] = /^signal Log g=7 c=(\d) (.*)$/.exec(rest) ?? [];
  if (category !== undefined) {
    return { kind: 'signal', member: 'Log', args: [7, Number(category), ...parsePythonList(text)] };
  }
  const [, member = '', body = ''] = /^signal (\w+) (?:[A-Z0-9]+\/\w+)? *(\[.*)$/.exec(rest) ?? [];
  const args = parsePythonList(body);
  if (member === 'PropertiesChanged' && args[0] !== BACKEND) return undefined;
  return { kind: 'signal', member, args };
}

function parseCall(rest: string, at: number): Step | undefined {
  const match = /^([\w.]+)(\(.*?\)) -> (?:OK|ERROR) (.*?) {2}\[([\d.]+) ms\]$/.exec(rest);
  if (!match) throw new Error(`a line of a recording that nothing here reads: ${rest}`);
  const [, member = '', tuple = '', result = '', ms = ''] = match;
  const times = { at: at - Number(ms), until: at };
  const [, error, message = ''] = /^([\w.]+) \| (.*)$/.exec(result) ?? [];
  const outcome: Outcome =
    error === undefined
      ? { ok: parsePythonList(result) }
      : { error, message: String(parsePythonLiteral(message)) };
  const [first, property, value] = parsePythonList(tuple);
  if (member === 'StartClient') return undefined;
  if (first !== BACKEND) return { kind: 'call', member, args: parsePythonList(tuple), outcome, ...times };
  if (member === 'Properties.GetAll') return { kind: 'getAll', outcome, ...times };
  if (member === 'Properties.Get') return { kind: 'get', property: String(property), outcome, ...times };
  return { kind: 'set', property: String(property), value: value ?? '', outcome, ...times };
}

/** The recorder does not note when it takes the name again: it has it when a call succeeds. */
function withOwners(steps: readonly Step[]): Step[] {
  let released = false;
  return steps.flatMap((step): Step[] => {
    if (step.kind === 'release') released = true;
    const again = released && 'outcome' in step && step.outcome !== undefined && 'ok' in step.outcome;
    if (!again) return [step];
    released = false;
    return [{ kind: 'acquire', at: step.at }, step];
  });
}

/** By the time at which each began; a reply stands in the recording when it came. */
const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((a, b) => a.at - b.at);

/** The text of `dbus-send --print-reply=literal` without the names of types. */
const words = (text: string): string =>
  text
    .split(/\s+/)
    .filter(word => !/^(?:variant|boolean|uint32|struct|[{}]|)$/.test(word))
    .join(' ');
