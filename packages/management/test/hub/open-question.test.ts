import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOpenQuestion } from '../../src/hub/open-question.ts';
import { recordedLines } from '../recordings.ts';

const answers: readonly (readonly [question: string, ...answers: readonly (readonly string[])[]])[] = [
  ['>HOLD:Waiting for hold release:0', ['hold', 'release']],
  [">PASSWORD:Need 'Auth' username/password", ['username', 'Auth', 'x'], ['password', 'Auth', 'x']],
  [
    ">PASSWORD:Need 'Auth' username/password SC:1,What?",
    ['password', 'Auth', 'x'],
    ['username', 'Auth', 'x'],
  ],
  [">PASSWORD:Need 'Private Key' password", ['password', 'Private Key', 'x']],
  [">PASSWORD:Need 'Auth' username", ['username', 'Auth', 'x']],
  [">NEED-OK:Need 'x' confirmation MSG:y", ['needok', 'x', 'ok']],
  [">NEED-STR:Need 'x' string MSG:y", ['needstr', 'x', 'y']],
  ['>NEED-CERTIFICATE:hint', ['certificate']],
  ['>PK_SIGN:eA==,RSA_PKCS1_PADDING', ['pk-sig']],
  ['>PK_SIGN:eA==,RSA_PKCS1_PADDING', ['rsa-sig']],
  ['>REMOTE:host,1194,udp', ['remote', 'ACCEPT']],
  ['>PROXY:1,TCP,host', ['proxy', 'NONE']],
];

describe('a question of the daemon', () => {
  for (const [question, ...needed] of answers)
    it(`${question} is open until ${needed.map(words => words.join(' ')).join(' and ')}`, () => {
      const open = createOpenQuestion();
      open.note(question);
      open.note('>LOG:1,,x');
      open.answered(['pid']);
      open.answered(['hold', 'off']);
      for (const words of needed) {
        assert.equal(open.line, question);
        open.answered(words);
      }
      assert.equal(open.line, undefined);
    });

  it('takes the place of the one before, because there is only one at a time', () => {
    const open = createOpenQuestion();
    open.note('>HOLD:Waiting for hold release:0');
    open.note(">PASSWORD:Need 'Auth' username/password");
    open.answered(['username', 'Auth', 'x']);
    open.answered(['password', 'Auth', 'x']);
    assert.equal(open.line, undefined);
  });

  it('ends with a signal and with a new connection', () => {
    const open = createOpenQuestion();
    open.note('>REMOTE:host,1194,udp');
    open.answered(['signal', 'SIGUSR1']);
    assert.equal(open.line, undefined);
    open.note('>REMOTE:host,1194,udp');
    open.clear();
    assert.equal(open.line, undefined);
  });

  it('is known in every form that was recorded, and nothing else is taken for one', () => {
    const asking = /^>(?:HOLD|PASSWORD:Need|NEED-|PK_SIGN|RSA_SIGN|REMOTE|PROXY)/;
    for (const line of recordedLines('>')) {
      const open = createOpenQuestion();
      open.note(line);
      assert.equal(open.line, asking.test(line) ? line : undefined, line);
    }
  });
});
