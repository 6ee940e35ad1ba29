import { shortened } from './object-names.ts';
import type { Trace, TraceStep } from './parse-trace.ts';
import { pythonRepr } from './python-repr.ts';

const CALL = /^\[(\w+)\] (\w+) (\S+) (\S+?)\((\[.*)\)$/;
const OUTCOME = /^ {6}-> (.*?) {2,3}\([\d.]+ ms\)$/;
const SIGNAL = /^ {6}signal->\[\w+\] (\S+) (\S+) (\[.*\])$/;

/** The calls that a program made, which has written down what it called and what it got, as one trace. */
export function parseProbeTrace(name: string, text: string): Trace {
  const lines = text.split('\n');
  let calls = 0;
  const steps = lines.flatMap((line, index): TraceStep[] => {
    const signal = SIGNAL.exec(line);
    if (signal) {
      const [, path = '', member = '', args = ''] = signal;
      // What a backend tells comes from the log service.
      const destination = member.startsWith('~.backends.') ? '~.log' : `~.${path.split('/')[1]}`;
      const told = { destination, path, member: shortened(member), args: shortened(args) };
      return [{ kind: 'signal', at: index, ...told }];
    }
    const [, by, service, path = '', member = '', args = ''] = CALL.exec(line) ?? [];
    const [, outcome] = OUTCOME.exec(lines[index + 1] ?? '') ?? [];
    if (by === undefined || outcome === undefined) return [];
    const id = calls++;
    const plain = shortened(args.replace(/dbus\.UInt32\((\d+)\)/g, '$1'));
    return [
      { kind: 'call', id, at: index, by, destination: `~.${service}`, path, member, args: plain },
      { kind: 'reply', call: id, outcome: shortened(outcomeAsInTraces(outcome)) },
    ];
  });
  return { name, command: '', user: 'root', steps, serial: undefined };
}

/** A trace has the list of what was returned; here stands one value by itself, and text as it is. */
function outcomeAsInTraces(outcome: string): string {
  const [, error, message = ''] = /^ERROR (\S+) \| (.*)$/.exec(outcome) ?? [];
  if (error !== undefined) return `ERROR ${error} ${pythonRepr([message])}`;
  const value = outcome.replace(/^OK /, '');
  if (value === 'None') return 'OK []';
  // Structs are lists in traces.
  const isText = !/^(?:[[({\d]|True$|False$)/.test(value);
  return `OK ${isText ? pythonRepr([value]) : `[${value.replaceAll('(', '[').replaceAll(')', ']')}]`}`;
}
