import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare } from './compare.ts';
import { type Allowances, expectationOf, type Rule } from './expectation.ts';
import { parseProbe } from './parse-probe.ts';
import type { Step } from './recording.ts';

const none: Allowances = { differences: [], unsteady: [] };

const recorded = parseProbe(`
  1.0 start {'token': 'tok_1', 'via': 'backendstart'}
  2.0 owner {'name': 'net.openvpn.v3.backends.be44', 'old': '', 'new': ':1.235'}
 19.0   signal Log g=7 c=4 'Pausing connection'
 19.1   signal StatusChange CONNECTION/CONN_PAUSING [2, 13, 'Reason: lunch']
 19.2   signal StatusChange CONNECTION/CONN_PAUSED [2, 14, '']
 20.0 Pause('lunch\\tbreak',) -> OK []  [5.00 ms]
 21.0   signal Log g=7 c=1 'tun_builder_teardown'
 22.0 Properties.Get('net.openvpn.v3.backends', 'connection') -> OK [['udp', '10.231.0.1', '10.231.0.1', 1194]]  [1.0 ms]
`);

const findings = (observed: readonly Step[], allowances = none) =>
  compare(recorded, expectationOf('pause', recorded, allowances), observed, allowances).findings;

describe('a comparison with a recording', () => {
  it('finds nothing where addresses, process ids and DEBUG lines differ', () => {
    const observed = recorded
      .filter(step => !(step.kind === 'signal' && step.args[1] === 1))
      .map(
        (step): Step =>
          step.kind === 'get' ? { ...step, outcome: { ok: [['udp', '198.18.0.1', '198.18.0.1', 9]] } } : step,
      );
    assert.deepEqual(findings(observed), []);
  });

  it('finds what is missing, what is too much, and another reply', () => {
    const observed = recorded.flatMap((step): Step[] => {
      if (step.kind === 'get') return [{ ...step, outcome: { ok: [['', '', '', 0]] } }];
      if (step.kind === 'signal' && step.args[1] === 13) return [];
      return step.kind === 'name' ? [step, step] : [step];
    });
    assert.deepEqual(
      findings(observed).map(({ type }) => type),
      ['reply', 'missing', 'unexpected', 'late'],
    );
  });

  it('finds a signal that comes behind the reply it belongs before', () => {
    const paused = (step: Step) => step.kind === 'signal' && step.args[1] === 14;
    const observed = recorded.map(step => (paused(step) ? { ...step, at: 20.5 } : step));
    assert.deepEqual(findings(observed), [
      { type: 'late', line: 'StatusChange CONNECTION CONN_PAUSED ""', reply: 'Pause' },
    ]);
  });

  it('takes an allowed difference for what ours has to do, so that one that is not there is found', () => {
    const rule: Rule = [/^StatusChange CONNECTION CONN_PAUSED ""$/, '$&', 'Log INFO "Paused"'];
    const difference = { why: 'for this test', rules: [rule] };
    const allowances = { differences: [difference], unsteady: [] };
    assert.deepEqual(findings(recorded, allowances), [
      {
        type: 'missing',
        line: 'Log INFO "Paused"',
        behind: 'StatusChange CONNECTION CONN_PAUSED ""',
      },
    ]);
    assert.deepEqual(
      [...expectationOf('pause', recorded, allowances).used],
      [rule],
      'what nothing needs is not in use',
    );
    const elsewhere = { differences: [{ ...difference, recordings: ['other'] }], unsteady: [] };
    assert.deepEqual([...expectationOf('pause', recorded, elsewhere).used], []);
  });
});
