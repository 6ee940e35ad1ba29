import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { command } from '../../src/protocol/command.ts';
import { asAnsweredBy, conductOf } from '../../src/protocol/conduct.ts';

describe('what a version does', () => {
  it('is told by the greeting where that tells it, and by the release where not', () => {
    const answers = (greeting: number, release?: string) => conductOf(greeting, release).versionAnswer;
    assert.deepEqual(
      [1, 3, 4, 5, 6, 7].map(greeting => [greeting, answers(greeting)]),
      [
        [1, 'block'],
        [3, 'none'],
        [4, 'none'],
        [5, 'none'],
        [6, 'status'],
        [7, 'status'],
      ],
    );
    for (const release of ['2.6.2', '2.6.14', '2.7_rc2', '2.7.0'])
      assert.equal(answers(5, release), 'none', release);
    for (const release of ['2.7.1', '2.7.1_git']) assert.equal(answers(5, release), 'status', release);
    for (const release of ['2.3.18', '2.4.12']) assert.equal(answers(1, release), 'block', release);
    const kill = (release?: string) => conductOf(5, release).killAddress;
    assert.deepEqual(
      [kill(), kill('2.6.14'), kill('2.7.0'), conductOf(6).killAddress],
      ['ip:port', 'ip:port', 'protocol:ip:port', 'protocol:ip:port'],
    );
  });

  it('is what was measured: keys from 0, signals without an answer, questions to the client', () => {
    const seen = ([1, 3, 5, 6] as const).map(greeting => {
      const { firstKid, silentSignal, pendingAuth, clientPf, longPasswords } = conductOf(greeting);
      return [firstKid, silentSignal, pendingAuth, clientPf, longPasswords];
    });
    assert.deepEqual(seen, [
      [0, true, undefined, true, false],
      [0, true, 'cid', true, false],
      [1, false, 'cid and kid', false, false],
      [1, false, 'cid and kid', false, true],
    ]);
  });

  it('decides how a reply ends', () => {
    const signal = command('signal', ['name', 'SIGUSR1']);
    assert.deepEqual(
      [asAnsweredBy(3, signal).shape, asAnsweredBy(5, signal).shape],
      [['signal'], ['status']],
    );
    assert.deepEqual(asAnsweredBy(3, command('pid')).shape, ['status']);
  });
});
