import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseProbe } from './parse-probe.ts';
import { parseScenario } from './parse-scenario.ts';
import { parsePythonLiteral } from './python-literal.ts';
import type { Step } from './recording.ts';
import { readRecordings } from './recordings.ts';

const kinds = (steps: readonly Step[]): string[] => steps.map(({ kind }) => kind);

describe('a recording', () => {
  it('has the values that Python wrote', () => {
    assert.deepEqual(parsePythonLiteral(`('a\\tb', "it's", [True, -1, 2.5], {'k': ()}, 'x\\x01\\\\')`), [
      'a\tb',
      "it's",
      [true, -1, 2.5],
      { k: [] },
      'x\x01\\',
    ]);
    for (const broken of ["'a", '[1', '[1 2]', "{'a'}", '', '1 2']) {
      assert.throws(() => parsePythonLiteral(broken), /expected at/);
    }
  });

  it('puts a call where it began, with the time of its reply, and before what it did', () => {
    const steps = parseProbe(`
      1.0 start {'token': 't'}
      8.0   signal StatusChange CONNECTION/CONN_DONE [2, 16, '']
      9.0 Disconnect() -> OK []  [4.0 ms]
      10.0 exited {'after': 'Disconnect'}
    `);
    assert.deepEqual(kinds(steps), ['start', 'call', 'signal', 'exit']);
    assert.deepEqual(steps[1], {
      kind: 'call',
      member: 'Disconnect',
      args: [],
      outcome: { ok: [] },
      at: 5,
      until: 9,
    });
  });

  it('has deeds that the recorder noted later before what came of them', () => {
    const killed = parseProbe(`
      2.0 owner {'name': 'net.openvpn.v3.backends.be1', 'old': ':1.3', 'new': ''}
      3.0   signal StatusChange CONNECTION/CONN_DISCONNECTED [2, 9, '']
      4.0 note {'text': 'signal 15: exited=True'}
    `);
    assert.deepEqual(kinds(killed), ['kill', 'name', 'signal', 'exit']);
    const halted = parseScenario(
      "  1.0 backend->sessions Log group=7 cat=7:CRIT 'Client Halt: '\n",
      '--- server SIGUSR1-less: client-kill via management HALT\n',
    );
    assert.deepEqual(kinds(halted), ['halt', 'signal']);
  });

  it('refuses a line that nobody reads', () => {
    assert.throws(() => parseProbe('1.0 what is this'), /nothing here reads/);
  });

  it('is read to the last line, whichever it is', async () => {
    for (const { name, steps } of await readRecordings()) {
      const began = kinds(steps).indexOf('start');
      assert.equal(began, steps.length > 0 ? 0 : -1, name);
      const times = steps.map(({ at }) => at);
      assert.ok(
        times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0)),
        `${name} is not in the order of time`,
      );
    }
  });
});
