import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRedactor, type Direction, type Piece } from '../src/commands/record/redactor.ts';

type Said = readonly [direction: Direction, text: string];

/** Sends what both sides say in chunks of these sizes, again and again, and gives what comes out. */
function redact(said: readonly Said[], sizes: readonly number[] = [100_000]): Piece<number>[] {
  const redactor = createRedactor<number>();
  const pieces: Piece<number>[] = [];
  let tag = 0;
  for (const [direction, text] of said) {
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; tag++) {
      const end = start + (sizes[tag % sizes.length] ?? 1);
      pieces.push(...redactor.push(direction, bytes.subarray(start, end), tag));
      start = end;
    }
  }
  return [...pieces, ...redactor.end()];
}

const whole = (pieces: readonly Piece<number>[], direction: Direction): string =>
  Buffer.concat(pieces.filter(piece => piece.direction === direction).map(({ bytes }) => bytes)).toString();

describe('the redactor of a recording', () => {
  const lines: readonly (readonly [Direction, line: string, secret: string])[] = [
    ['S', '>CLIENT:ENV,password=pa ss"w\\örd', 'pa ss"w\\örd'],
    ['S', '>CLIENT:CR_RESPONSE,0,1,MTIzNDU2', 'MTIzNDU2'],
    ['S', '>PASSWORD:Auth-Token:tok_0123456789', 'tok_0123456789'],
    ['S', '>CLIENT:ENV,x=SCRV1:c2VjcmV0:MTIz', 'c2VjcmV0:MTIz'],
    ['S', '>INFOMSG:WEB_AUTH::https://host/a?b', 'https://host/a?b'],
    ['S', ">LOG:1,D,MANAGEMENT: CMD 'cr-response MTIzNDU2'", 'MTIzNDU2'],
    ['S', "1700000000,,CR response was sent by client ('MTIzNDU2')", 'MTIzNDU2'],
    ['S', "ERROR: unknown command [tops3cret], enter 'help' for more options", 'tops3cret'],
    ['C', 'password "Auth" "se cret"', 'se cret'],
    ['C', "'password' Auth secret", 'secret'],
    ['C', 'cr-response MTIzNDU2', 'MTIzNDU2'],
    ['C', 'needstr name value', 'value'],
    ['C', 'tops3cret', 'tops3cret'],
    ['C', 'client-pending-auth 0 1 "WEB_AUTH:hidden:https://host/a" 60', 'https://host/a'],
  ];
  const plain: readonly (readonly [Direction, line: string, secret: string])[] = [
    ['S', '>STATE:1,CONNECTED,SUCCESS,,,,,', ''],
    ['S', '>CLIENT:ENV,common_name=jürgen', ''],
    ['S', '', ''],
    ['C', 'username "Auth" "jürgen"', ''],
    ['C', 'status 3', ''],
  ];

  it('hides every kind of secret and nothing else, however the bytes are cut', () => {
    const arbitrary = fc.tuple(
      fc.array(fc.constantFrom(...lines, ...plain), { minLength: 1 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(arbitrary, ([rows, sizes]) => {
        const said = rows.map(([direction, line]): Said => [direction, `${line}\r\n`]);
        const pieces = redact(said, sizes);
        for (const direction of ['S', 'C'] as const) {
          const sent = rows.filter(([from]) => from === direction);
          const shown = whole(pieces, direction).split('\r\n');
          assert.equal(shown.pop(), '');
          assert.equal(shown.length, sent.length);
          for (const [index, [, line, secret]] of sent.entries()) {
            if (secret === '') assert.equal(shown[index], line);
            else assert.ok(!shown[index]?.includes(secret), shown[index]);
            assert.equal(Buffer.byteLength(shown[index] ?? ''), Buffer.byteLength(line));
          }
        }
        // Every chunk comes out once, in its order and its length.
        assert.deepEqual(
          pieces.map(({ tag }) => tag),
          pieces.map((_, index) => index),
        );
        const original = said.flatMap(([, text]) => [...Buffer.from(text)]).length;
        assert.equal(
          pieces.reduce((sum, { bytes }) => sum + bytes.length, 0),
          original,
        );
      }),
    );
  });

  it('hides the management password, which stands alone in its line, each time that it is asked for', () => {
    for (const size of [1, 4, 100]) {
      const pieces = redact(
        [
          ['S', 'ENTER PASSWORD:'],
          ['C', 'status\n'],
          ['S', 'ERROR: bad password\r\nENTER PASSWORD:'],
          ['C', 'tops3cret\n'],
          ['S', 'SUCCESS: password is correct\r\n>INFO:OpenVPN\r\n'],
          ['C', 'pid\n'],
        ],
        [size],
      );
      assert.equal(whole(pieces, 'C'), '******\n*********\npid\n');
      assert.match(whole(pieces, 'S'), /^ENTER PASSWORD:ERROR: bad password\r\nENTER PASSWORD:SUCCESS/);
      assert.equal(
        pieces
          .map(({ direction }) => direction)
          .join('')
          .replace(/(.)\1*/g, '$1'),
        'SCSCSC',
      );
    }
  });

  it('hides a password that comes in base64, and goes on with commands behind it', () => {
    const body = 'password "Auth"\nc2Vj\ncmV0\nEND\npid\n';
    assert.equal(whole(redact([['C', body]]), 'C'), 'password "Auth"\n****\n****\nEND\npid\n');
    // An older daemon takes no body. What cannot be base64 is a command again.
    const refused = 'password "Auth"\nstatus 3\npid\n';
    assert.equal(whole(redact([['C', refused]]), 'C'), refused);
    const push = 'client-auth 0 1\npush "auth-token tok"\npush "ping 2"\nEND\n';
    assert.equal(
      whole(redact([['C', push]]), 'C'),
      'client-auth 0 1\npush "auth-token ***"\npush "ping 2"\nEND\n',
    );
  });

  it('hides the rest of a line that never ends, and what comes of it later', () => {
    assert.equal(whole(redact([['C', 'pid\npassword Auth sec']], [4]), 'C'), `pid\n${'*'.repeat(17)}`);
    const endless = `>CLIENT:ENV,password=${'x'.repeat(3_000_000)}\r\n>HOLD:Waiting\r\n`;
    const shown = whole(redact([['S', endless]], [65_536]), 'S');
    assert.equal(shown.length, endless.length);
    assert.match(shown, /^[^x]*\r\n>HOLD:Waiting\r\n$/);
  });
});
