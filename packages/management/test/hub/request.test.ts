import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { takesBody } from '../../src/hub/body.ts';
import { createOpenQuestion } from '../../src/hub/open-question.ts';
import { createRequestReader, type Request } from '../../src/hub/request.ts';
import { createSessionInput } from '../../src/hub/session-input.ts';

/** What the hub makes of these bytes, while the daemon asks this. */
function read(bytes: string | Uint8Array, question = '', facts = {}): Request[] {
  const open = createOpenQuestion();
  open.note(question);
  const known = { takesClientPf: false, takesLongPasswords: false, ...facts };
  const input = createSessionInput();
  const reader = createRequestReader(words => takesBody(words, open, known));
  const chunk = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return input.push(chunk).flatMap(line => reader.push(line) ?? []);
}

const command = (line: string, ...words: string[]) => ({ type: 'command', line, words, body: undefined });
const problems = (requests: readonly Request[]) =>
  requests.map(request => (request.type === 'refused' ? request.problem : request.type));

describe('what a program sends', () => {
  it('is taken line by line, without what the daemon drops', () => {
    assert.deepEqual(read('p\tid\r\nsta\0tus 3\n\x7fhold\x1b\r\n'), [
      command('pid', 'pid'),
      command('status 3', 'status', '3'),
      command('hold', 'hold'),
    ]);
  });

  it('waits for its line end', () => {
    assert.deepEqual(read('client-kill 5'), []);
    assert.deepEqual(read('client-kill 5status 3\n'), [
      command('client-kill 5status 3', 'client-kill', '5status', '3'),
    ]);
  });

  it('is nothing when it is blank or a comment', () => {
    assert.deepEqual(read('\n  \r\n# pid\n;pid\n\\#pid\npid # and why\n'), [command('pid # and why', 'pid')]);
  });

  it('keeps bytes that are no UTF-8', () => {
    const [request] = read(Buffer.from([0x6b, 0x20, 0xff, 0xc3, 0x0a]));
    assert.deepEqual(request, command('k \udcff\udcc3', 'k', '\udcff\udcc3'));
  });

  it('is the same however it is cut into pieces', () => {
    const text = fc.string({ unit: fc.constantFrom('pid', '\n', '\r\n', ' ', 'client-auth 0 1\n', 'END\n', 'ü', '"'), maxLength: 12 }); // biome-ignore format: one line
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (all, cuts) => {
        const bytes = Buffer.from(all);
        const input = createSessionInput();
        const places = [0, ...cuts.filter(cut => cut <= bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        assert.deepEqual(
          pieces.flatMap(piece => input.push(piece)),
          createSessionInput().push(bytes),
        );
      }),
    );
  });
});

describe('a line that is too long', () => {
  it('has more than 1,023 bytes, and is refused once, whatever its end says', () => {
    const long = `pid #${'x'.repeat(1018)}`;
    assert.deepEqual(read(`${long}\n`), [command(long, 'pid')]);
    assert.deepEqual(problems(read(`${long}x\n${'C'.repeat(1025)}signal SIGTERM\npid\n`)), [
      'the line has more than 1023 bytes',
      'the line has more than 1023 bytes',
      'command',
    ]);
  });

  it('is counted without what the daemon drops', () => {
    assert.equal(read(`${'\0'.repeat(2000)}pid\r\n`).length, 1);
  });

  it('has more than 768 bytes where more lines follow it, and is refused with all of them', () => {
    for (const [head, body] of [
      [`client-auth 0 1 #${'x'.repeat(752)}`, 'push "a"'],
      ['client-auth 0 1', 'x'.repeat(769)],
      ['client-auth 0 1', 'x'.repeat(5000)],
    ])
      assert.deepEqual(problems(read(`${head}\n${body}\nEND\npid\n`)), [
        'a line of client-auth has more than 768 bytes, which are safe with a body',
        'command',
      ]);
    const longest = 'x'.repeat(768);
    assert.deepEqual(read(`client-auth 0 1\n${longest}\nEND\n`), [
      { ...command('client-auth 0 1', 'client-auth', '0', '1'), body: [longest] },
    ]);
  });

  it('has company: a body may have 256 KiB', () => {
    const line = `${'x'.repeat(767)}\n`;
    assert.deepEqual(problems(read(`client-auth 0 1\n${line.repeat(400)}END\npid\n`)), [
      'the body of client-auth has more than 262144 bytes',
      'command',
    ]);
  });
});

describe('a body', () => {
  it('is one with its command, with commands and blank lines in it', () => {
    assert.deepEqual(read('client-auth 0 1\r\n\nsignal SIGTERM\r\n# END\nEND\r\npid\n'), [
      { ...command('client-auth 0 1', 'client-auth', '0', '1'), body: ['', 'signal SIGTERM', '# END'] },
      command('pid', 'pid'),
    ]);
  });

  it('follows client-auth as soon as the daemon can read both numbers', () => {
    for (const line of [
      'client-auth 0 1',
      'client-auth +5x " 1"',
      'client-auth -1 0 more',
      '"client-auth" 0 1',
    ])
      assert.equal(read(`${line}\npid\n`).length, 0, line);
    for (const line of [
      'client-auth',
      'client-auth 0',
      'client-auth x 1',
      'client-auth 0 ""',
      'client-auth-nt 0 1',
    ])
      assert.equal(read(`${line}\npid\n`).length, 2, line);
  });

  it('follows a signature or a certificate only while the daemon asks for it', () => {
    const bodies = [
      ['pk-sig', '>PK_SIGN:eA==,RSA_PKCS1_PADDING'],
      ['rsa-sig', '>PK_SIGN:eA==,RSA_PKCS1_PADDING'],
      ['pk-sig', '>RSA_SIGN:eA=='],
      ['certificate', '>NEED-CERTIFICATE:hint'],
    ] as const;
    for (const [verb, question] of bodies) {
      assert.equal(read(`${verb}\nx\nEND\n`, question).length, 1);
      assert.deepEqual(
        read(`${verb}\nEND\n`).map(request => request.type),
        ['command', 'command'],
      );
    }
    assert.equal(read('certificate\nx\nEND\n', '>PK_SIGN:eA==').length, 3);
  });

  it('follows client-pf up to 2.5, and one word of password from 2.7.2 on, when that is asked for', () => {
    assert.equal(read('client-pf 0\nx\nEND\n').length, 3);
    assert.equal(read('client-pf 0\nx\nEND\n', '', { takesClientPf: true }).length, 1);
    const asked = ">PASSWORD:Need 'Auth' username/password";
    const long = { takesLongPasswords: true };
    assert.equal(read('password "Auth"\neA==\nEND\n', asked).length, 3);
    assert.equal(read('password "Auth"\neA==\nEND\n', asked, long).length, 1);
    assert.equal(read('password "Other"\neA==\nEND\n', asked, long).length, 3);
    assert.equal(read('password "Auth" x\npid\n', asked, long).length, 2);
  });
});

describe('a line that the daemon cannot read', () => {
  it('is replaced by one with the same fault and nothing else in it', () => {
    const faulty = (line: string) => ({ type: 'faulty', line });
    assert.deepEqual(read('signal SIGTERM "\nsignal SIGTERM \'\nsignal SIGTERM\\\nsignal \\SIGTERM\n'), [
      faulty('"'),
      faulty("'"),
      faulty('x\\'),
      faulty('\\x'),
    ]);
    assert.deepEqual(read(`signal SIGTERM ${'x'.repeat(300)}\n`), [faulty(`"${'x'.repeat(257)}"`)]);
  });
});
