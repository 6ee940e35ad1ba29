import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameOf } from '../../src/protocol/frame.ts';
import {
  type Assembly,
  createReplyAssembler,
  type Reply,
  type ReplyOptions,
} from '../../src/protocol/reply.ts';
import { replyShape, type Shape } from '../../src/protocol/shape.ts';

type Assembled = { reply: Reply; foreign: string[]; last: Assembly | undefined; rest: string[] };

/** The reply to a command line out of these lines: what was not part of it, and what was left when it was complete. */
function assemble(of: string | Shape, lines: readonly string[], options: ReplyOptions = {}): Assembled {
  const shape = typeof of === 'string' ? (replyShape(of.split(' ')) ?? []) : of;
  const assembler = createReplyAssembler(shape, options);
  const foreign: string[] = [];
  let last: Assembly | undefined;
  for (const [index, line] of lines.entries()) {
    last = assembler.push(frameOf(line));
    if (last === 'foreign') foreign.push(line);
    if (last === 'done' || last === 'overflow')
      return { reply: assembler.parts, foreign, last, rest: lines.slice(index + 1) };
  }
  return { reply: assembler.parts, foreign, last, rest: [] };
}

describe('a reply of one status line', () => {
  it('ends with SUCCESS or ERROR, and its text is what follows', () => {
    const success = assemble('pid', ['SUCCESS: pid=1', 'next']);
    assert.deepEqual(success.reply, [{ type: 'success', text: 'pid=1', lines: [] }]);
    assert.deepEqual(success.rest, ['next']);
    const error = assemble('pid', ['ERROR: no: reason: x']);
    assert.deepEqual(error.reply, [{ type: 'error', text: 'no: reason: x', lines: [] }]);
  });

  it('keeps the lines that come before it', () => {
    const { reply } = assemble('auth-retry bogus', [
      "--auth-retry method must be 'interact', 'nointeract', or 'none'",
      'ERROR: bad auth-retry parameter',
    ]);
    assert.deepEqual(reply, [
      {
        type: 'error',
        text: 'bad auth-retry parameter',
        lines: ["--auth-retry method must be 'interact', 'nointeract', or 'none'"],
      },
    ]);
  });

  it('lets notifications pass that come between the command and its reply', () => {
    const lines = [
      '>CLIENT:DISCONNECT,0',
      '>CLIENT:ENV,END',
      "SUCCESS: common name 'client1' found, 1 client(s) killed",
    ];
    const { reply, foreign } = assemble('kill client1', lines);
    assert.deepEqual(foreign, lines.slice(0, 2));
    assert.equal(reply[0]?.type, 'success');
  });
});

describe('a reply of a block', () => {
  it('ends with END alone', () => {
    const lines = ['ENDE', 'END,1,2', ' END', 'end', 'SUCCESS: row', 'ERIC,1'];
    const { reply, rest } = assemble('status 3', [...lines, 'END', 'END']);
    assert.deepEqual(reply, [{ type: 'block', lines }]);
    assert.deepEqual(rest, ['END']);
  });

  it('may be empty', () => {
    assert.deepEqual(assemble('remote-entry-get 9', ['END']).reply, [{ type: 'block', lines: [] }]);
  });

  it('may be an ERROR instead, as for status while the daemon is held', () => {
    const { reply, last } = assemble('status 3', [
      "ERROR: The 'status' command is not supported by the current daemon mode",
    ]);
    assert.equal(last, 'done');
    assert.equal(reply[0]?.type, 'error');
  });

  it('is not ended by a row that begins like an error once it has begun', () => {
    const { reply } = assemble('log all', ['1,,x', 'ERROR: row', 'END']);
    assert.deepEqual(reply, [{ type: 'block', lines: ['1,,x', 'ERROR: row'] }]);
  });

  it('is not ended by the END of an environment, and lets notifications pass', () => {
    const { reply, foreign } = assemble('status 3', [
      'TITLE\tx',
      '>CLIENT:ESTABLISHED,0',
      '>CLIENT:ENV,END',
      'END',
    ]);
    assert.deepEqual(foreign, ['>CLIENT:ESTABLISHED,0', '>CLIENT:ENV,END']);
    assert.deepEqual(reply, [{ type: 'block', lines: ['TITLE\tx'] }]);
  });

  it('takes every row of status 1 for a row, whatever name its client chose', () => {
    const names = [
      'ERIC',
      'ERROR: x',
      'SUCCESS: pid=1',
      'END',
      '>LOG:evil',
      '>CLIENT:CONNECT,0,1',
      '>FATAL:x',
    ];
    const rows = names.map(name => `${name},10.0.0.1:1,1,2,2026-11-21 19:19:41`);
    const { reply, foreign } = assemble('status 1', ['OpenVPN CLIENT LIST', ...rows, 'END']);
    assert.deepEqual(foreign, []);
    assert.deepEqual(reply, [{ type: 'block', lines: ['OpenVPN CLIENT LIST', ...rows] }]);
  });

  it('lets notifications pass before its first row, in status 1 as well', () => {
    const { foreign } = assemble('status 1', ['>BYTECOUNT:1,2', 'OpenVPN CLIENT LIST', 'END']);
    assert.deepEqual(foreign, ['>BYTECOUNT:1,2']);
  });
});

describe('a reply of two parts', () => {
  it('comes in the order of the words', () => {
    const on = 'SUCCESS: real-time log notification set to ON';
    assert.deepEqual(
      assemble('log on all', [on, '1,,x', 'END']).reply.map(part => part.type),
      ['success', 'block'],
    );
    assert.deepEqual(
      assemble('log all on', ['1,,x', 'END', on]).reply.map(part => part.type),
      ['block', 'success'],
    );
    assert.deepEqual(assemble('state on foo', ['SUCCESS: on', 'ERROR: bad']).reply, [
      { type: 'success', text: 'on', lines: [] },
      { type: 'error', text: 'bad', lines: [] },
    ]);
  });
});

describe('other replies', () => {
  it('are the notification of that name, and no other', () => {
    const { reply, foreign } = assemble('pkcs11-id-count', ['>PKCS11ID-ENTRY:x', '>PKCS11ID-COUNT:2']);
    assert.deepEqual(foreign, ['>PKCS11ID-ENTRY:x']);
    assert.deepEqual(reply, [{ type: 'notification', line: '>PKCS11ID-COUNT:2' }]);
    assert.equal(assemble('pkcs11-id-get 0', ['ERROR: no']).reply[0]?.type, 'error');
  });

  it('never come to `exit`, unless it is refused', () => {
    assert.equal(assemble('exit', ['>LOG:1,,x']).last, 'foreign');
    assert.equal(assemble('exit', ['ERROR: no']).last, 'done');
  });

  it('are not to be had when the shape is empty', () => {
    assert.equal(assemble([], ['SUCCESS: pid=1']).last, 'foreign');
  });
});

describe('the reply assembler', () => {
  it('stops at its limit instead of growing, also when somebody else keeps the rows', () => {
    const rows = Array<string>(100).fill('x'.repeat(10));
    assert.equal(assemble('status 3', [...rows, 'END'], { maxLength: 999 }).last, 'overflow');
    assert.equal(assemble('status 3', [...rows, 'END'], { maxLength: 1000 }).last, 'done');
    const taken: string[] = [];
    const onRow = (row: string) => taken.push(row);
    assert.equal(assemble('status 3', [...rows, 'END'], { maxLength: 999, onRow }).last, 'overflow');
    taken.length = 0;
    const { reply } = assemble('status 3', [...rows, 'END'], { maxLength: Number.POSITIVE_INFINITY, onRow });
    assert.deepEqual([taken, reply], [rows, [{ type: 'block', lines: [] }]]);
  });

  it('does not take an error before the block for a row', () => {
    const taken: string[] = [];
    const { reply } = assemble('status 3', ['ERROR: held'], { onRow: row => taken.push(row) });
    assert.deepEqual(taken, []);
    assert.equal(reply[0]?.type, 'error');
  });

  it('never throws, and is never done before as many parts as its shape has', () => {
    const part = fc.constantFrom(
      'status',
      'block',
      'rows',
      'PKCS11ID-COUNT',
      'PKCS11ID-ENTRY',
      'close',
    ) as fc.Arbitrary<Shape[number]>;
    const text = fc.oneof(
      fc.constantFrom('END', 'SUCCESS: x', 'ERROR: x', '>LOG:1,,x', '>PKCS11ID-COUNT:1', 'row', ''),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), fc.array(text), (shape, lines) => {
        const { reply, last } = assemble(shape, lines);
        assert.equal(last === 'done', shape.length > 0 && reply.length === shape.length);
      }),
    );
  });
});
