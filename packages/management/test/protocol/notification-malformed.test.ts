import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseNotification } from '../../src/protocol/notification.ts';

describe('other lines', () => {
  it('of a kind that is not known are kept as they are', () => {
    for (const line of [
      '>NEWS:x',
      '>:',
      '>x',
      '>',
      '>info:x',
      '>toString:x',
      '>__proto__:x',
      'SUCCESS: x',
      '',
    ])
      assert.deepEqual(parseNotification(line), { type: 'unknown', line });
  });

  it('whose payload makes no sense are malformed', () => {
    const lines = [
      '>BYTECOUNT:1',
      '>BYTECOUNT:a,b',
      '>BYTECOUNT:-1,2',
      '>BYTECOUNT_CLI:x,1,2',
      '>BYTECOUNT_CLI:1,2',
      '>CLIENT:NEWS,1',
      '>CLIENT:ADDRESS,x,10.0.0.1,1',
      '>CLIENT:ADDRESS,0,10.0.0,1',
      '>CLIENT:ADDRESS,0,10.0.0.1,2',
      '>ECHO:x,y',
      '>ECHO:1',
      '>LOG:x,I,y',
      '>LOG:1,I',
      '>LOG:1,i?,x',
      '>STATE:x,WAIT,',
      '>STATE:1',
      '>STATE:1,,',
      '>NEED-OK:x',
      '>NEED-STR:Need x',
      '>NOTIFY:info',
      '>PASSWORD:x',
      ">PASSWORD:Need 'Auth' nothing",
      '>PKCS11ID-COUNT:x',
      '>PKCS11ID-ENTRY:0',
      '>PK_SIGN:',
      '>RSA_SIGN:',
      '>PROXY:1,TCP',
      '>PROXY:x,TCP,h',
      '>REMOTE:host,1',
      '>UPDOWN:SIDEWAYS',
    ];
    for (const line of lines) assert.deepEqual(parseNotification(line), { type: 'malformed', line });
  });

  it('never make the parser throw', () => {
    const types = fc.constantFrom(
      'LOG',
      'STATE',
      'PASSWORD',
      'CLIENT',
      'INFOMSG',
      'NEED-OK',
      'PKCS11ID-ENTRY',
      'HOLD',
    );
    const part = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(',', ':', "'", "['", "']", 'Need ', 'TEMP', '1'),
    );
    const payload = fc.array(part, { maxLength: 12 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(types, payload).map(([type, text]) => `>${type}:${text}`),
        ),
        line => {
          const { type } = parseNotification(line);
          assert.ok(type === 'unknown' || type === 'malformed' || line.startsWith(`>${type}:`));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
