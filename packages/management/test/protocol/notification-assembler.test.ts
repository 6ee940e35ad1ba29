import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Notification } from '../../src/protocol/notification.ts';
import { createNotificationAssembler } from '../../src/protocol/notification-assembler.ts';

function assemble(lines: readonly string[], maxBlockLength = 2 ** 20): Notification[] {
  const assembler = createNotificationAssembler({ maxBlockLength });
  return lines.flatMap(line => assembler.push(line) ?? []);
}

const env = (...variables: string[]): string[] => [...variables, 'END'].map(text => `>CLIENT:ENV,${text}`);

describe('a block', () => {
  it('lets lines of other kinds fall between its own', () => {
    const events = assemble([
      '>CLIENT:CONNECT,0,1',
      '>CLIENT:ENV,a=1',
      '>LOG:1,,x',
      '>BYTECOUNT_CLI:1,2,3',
      ...env('b=2'),
    ]);
    assert.deepEqual(
      events.map(event => event.type),
      ['LOG', 'BYTECOUNT_CLI', 'CLIENT'],
    );
    const connect = events[2];
    assert.ok(connect?.type === 'CLIENT' && 'env' in connect && connect.env.size === 2);
  });

  it('is malformed when the next begins before its end, and the next is whole', () => {
    const events = assemble([
      '>CLIENT:CONNECT,0,1',
      '>CLIENT:ENV,a=1',
      '>CLIENT:DISCONNECT,0',
      ...env('b=2'),
    ]);
    assert.deepEqual(events, [
      { type: 'malformed', line: '>CLIENT:CONNECT,0,1' },
      { type: 'CLIENT', kind: 'DISCONNECT', cid: 0, env: new Map([['b', '2']]) },
    ]);
  });

  it('is malformed when it outgrows its bound, and what follows is read again', () => {
    const events = assemble(
      [
        '>CLIENT:CONNECT,0,1',
        ...Array<string>(3).fill(`>CLIENT:ENV,x=${'y'.repeat(50)}`),
        ...env(),
        '>HOLD:x',
      ],
      120,
    );
    assert.deepEqual(events, [
      { type: 'malformed', line: '>CLIENT:CONNECT,0,1' },
      { type: 'malformed', line: '>CLIENT:ENV,END' },
      { type: 'HOLD', text: 'x', wait: undefined },
    ]);
  });

  it('is malformed when its header makes no sense', () => {
    for (const header of [
      'CONNECT,x,1',
      'CONNECT,0',
      'CONNECT,0,x',
      'REAUTH,',
      'ESTABLISHED,x',
      'DISCONNECT,',
    ]) {
      const events = assemble([`>CLIENT:${header}`, ...env('a=1')]);
      assert.deepEqual(events, [{ type: 'malformed', line: `>CLIENT:${header}` }]);
    }
  });

  it('needs a header: a stray variable is malformed, and its value is not shown', () => {
    assert.deepEqual(assemble(['>CLIENT:ENV,password=tiger']), [
      { type: 'malformed', line: '>CLIENT:ENV,password=…' },
    ]);
    assert.deepEqual(
      assemble(['>UPDOWN:UP', '>CLIENT:ENV,password=tiger', '>UPDOWN:ENV,END']).map(e => e.type),
      ['malformed', 'UPDOWN'],
    );
  });

  it('never shows the answer of a CR_RESPONSE, however malformed it is', () => {
    const secret = 'c2VjcmV0c2VjcmV0';
    const blocks = [
      [`>CLIENT:CR_RESPONSE,x,1,${secret}`, ...env()],
      [`>CLIENT:CR_RESPONSE,0,1,${secret}!`, ...env()],
      [`>CLIENT:CR_RESPONSE,${secret}`, ...env()],
      [`>CLIENT:CR_RESPONSE,0,${secret}=`, ...env()],
      [`>CLIENT:CR_RESPONSE,0,1,${secret}`, '>CLIENT:DISCONNECT,0'],
      [`>CLIENT:CR_RESPONSE,0,1,${secret}`, `>CLIENT:ENV,x=${'y'.repeat(200)}`],
    ];
    for (const lines of blocks) {
      const [event] = assemble(lines, 100);
      assert.equal(event?.type, 'malformed', lines[0]);
      assert.doesNotMatch(JSON.stringify(event), /c2Vj/, lines.join('; '));
    }
  });
});

describe('the assembler', () => {
  it('never throws and never holds back a line of another kind', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '>CLIENT:CONNECT,0,1',
        '>CLIENT:ENV,a=1',
        '>CLIENT:ENV,END',
        '>CLIENT:CR_RESPONSE,0,1,Zm9v',
        '>UPDOWN:UP',
        '>UPDOWN:ENV,END',
        '>LOG:1,,x',
      ),
      fc.string().map(text => `>${text}`),
    );
    fc.assert(
      fc.property(fc.array(line), lines => {
        const events = assemble(lines, 50);
        const logs = lines.filter(text => text === '>LOG:1,,x').length;
        assert.equal(events.filter(event => event.type === 'LOG').length, logs);
      }),
    );
  });
});
