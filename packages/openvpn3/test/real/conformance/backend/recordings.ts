import { readdir, readFile } from 'node:fs/promises';
import { LogCategory, StatusMinor } from '@ovpnkit/openvpn3';
import { parseProbe } from './parse-probe.ts';
import { parseScenario } from './parse-scenario.ts';
import type { Step } from './recording.ts';

export type Recording = {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What the person at the keyboard typed and saw; empty for what a program drove. */
  readonly cli: string;
};

const folder = new URL('../../../recordings/', import.meta.url);

const read = async (name: string): Promise<string> => await readFile(new URL(name, folder), 'utf8');
const names = async (of: string): Promise<string[]> => (await readdir(new URL(of, folder))).sort();

/** Everything that was recorded of a backend process: of those driven by a program and those driven by a person. */
export async function readRecordings(): Promise<Recording[]> {
  const probes = (await names('probes')).map(async (file): Promise<Recording> => {
    const name = `probes/${file.replace(/\.txt$/, '')}`;
    return { name, steps: withAdmission(parseProbe(await read(`probes/${file}`))), cli: '' };
  });
  const files = await names('scenarios');
  const scenarios = files
    .filter(file => file.endsWith('.status'))
    .map(async (file): Promise<Recording> => {
      const name = `scenarios/${file.replace(/\.status$/, '')}`;
      const cli = files.includes(`${name.slice('scenarios/'.length)}.cli`) ? await read(`${name}.cli`) : '';
      return { name, steps: withAdmission(parseScenario(await read(`scenarios/${file}`), cli)), cli };
    });
  return await Promise.all([...probes, ...scenarios]);
}

/** The server let its users in after some seconds, unseen: before the first that the program had to say again. */
function withAdmission(steps: readonly Step[]): Step[] {
  const asked = steps.findIndex(
    step =>
      step.kind === 'signal' && step.member === 'StatusChange' && step.args[1] === StatusMinor.SESS_AUTH_URL,
  );
  const told = (step: Step) =>
    step.kind === 'signal' && step.member === 'Log' && step.args[1] !== LogCategory.DEBUG;
  const index = steps.findIndex((step, place) => place > asked && told(step));
  const { at } = steps[index] ?? {};
  if (asked < 0 || at === undefined) return [...steps];
  return [...steps.slice(0, index), { kind: 'admit', at }, ...steps.slice(index)];
}
