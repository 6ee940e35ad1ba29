import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Conversation } from '@ovpnkit/management/testing';
import { createAnswers } from '../src/commands/replay/replayed-answers.ts';

const recorded = (conversation: Partial<Conversation>) =>
  createAnswers({ greeting: '>INFO:', notifications: [], answers: [], ...conversation });
const unknown = ['ERROR: the recording has no answer to this command'];
const rows = ['1,CONNECTING,,,,,,', '2,WAIT,,,,,,', '3,CONNECTED,SUCCESS,,,,,'];

describe('what a recording answers', () => {
  it('is that it does not know what was never recorded', () => {
    const answer = recorded({});
    for (const line of ['state', 'state all', 'log all', 'log 5', 'echo all', 'pid'])
      assert.deepEqual(answer(line, 10), unknown, line);
    assert.deepEqual(answer('log on', 10), ['SUCCESS: real-time log notification set to ON']);
    assert.deepEqual(answer('log on all', 10), ['SUCCESS: real-time log notification set to ON', ...unknown]);
  });

  it('has the state however the recorded program learned of it', () => {
    const bare = recorded({ answers: [{ t: 5, command: 'state', lines: [rows[2] ?? '', 'END'] }] });
    const history = recorded({
      answers: [{ t: 5, command: 'state on all', lines: ['SUCCESS: real-time', ...rows, 'END'] }],
    });
    const told = recorded({ notifications: rows.map((row, t) => ({ t: t + 1, line: `>STATE:${row}` })) });
    for (const answer of [bare, history, told]) {
      assert.deepEqual(answer('state', 10), [rows[2], 'END']);
      assert.deepEqual(answer('state 1', 10), [rows[2], 'END']);
    }
    for (const answer of [history, told]) {
      assert.deepEqual(answer('state all', 10), [...rows, 'END']);
      assert.deepEqual(answer('state "2"', 10), [...rows.slice(1), 'END']);
    }
    assert.deepEqual(told('state', 1.5), [rows[0], 'END']);
  });

  it('has as much of the log as any program was told', () => {
    const answer = recorded({
      answers: [
        { t: 1, command: 'log 1', lines: ['2,,b', 'END'] },
        { t: 2, command: 'log 20', lines: ['1,,a', '2,,b', 'END'] },
        { t: 3, command: 'echo all', lines: ['END'] },
      ],
      notifications: [{ t: 4, line: '>LOG:3,,c' }],
    });
    assert.deepEqual(answer('log all', 10), ['1,,a', '2,,b', '3,,c', 'END']);
    assert.deepEqual(answer('log 2', 10), ['2,,b', '3,,c', 'END']);
    assert.deepEqual(answer('echo all', 10), ['END']);
    assert.match(answer('log x', 10)?.[0] ?? '', /^ERROR: log parameter/);
  });
});
