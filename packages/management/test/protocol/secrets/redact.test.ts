import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redactLog, redactNotification } from '../../../src/protocol/secrets/redact.ts';
import { recordedLines } from '../../recordings.ts';

describe('what is shown to programs that may not see secrets', () => {
  const shown: readonly (readonly [line: string, shown: string])[] = [
    ['>CLIENT:ENV,password=hunter2', '>CLIENT:ENV,password=[REDACTED]'],
    ['>CLIENT:ENV,password=a=b,c "\\', '>CLIENT:ENV,password=[REDACTED]'],
    ['>CLIENT:ENV,password=', '>CLIENT:ENV,password=[REDACTED]'],
    ['>CLIENT:ENV,auth_token=SESS_ID_AT_x', '>CLIENT:ENV,auth_token=[REDACTED]'],
    ['>CLIENT:CR_RESPONSE,0,1,aHVudGVyMg==', '>CLIENT:CR_RESPONSE,0,1,[REDACTED]'],
    ['>PASSWORD:Auth-Token:SESS_ID_AT_x', '>PASSWORD:Auth-Token:[REDACTED]'],
    [
      ">PASSWORD:Verification Failed: 'Auth' ['CRV1:R,E:Om01u7Fh4LrGBS7uh0SWmzwab:dXNlcg==:Enter code']",
      ">PASSWORD:Verification Failed: 'Auth' ['CRV1:R,E:[REDACTED]:dXNlcg==:Enter code']",
    ],
    [">LOG:1,D,MANAGEMENT: CMD 'cr-response c2VjcmV0'", ">LOG:1,D,MANAGEMENT: CMD 'cr-response [REDACTED]'"],
    [">LOG:1,D,MANAGEMENT: CMD 'needstr x \"it's\"'", ">LOG:1,D,MANAGEMENT: CMD 'needstr [REDACTED]'"],
    [">LOG:1,,SENT CONTROL [a]: 'PUSH_REPLY,auth-token SESS_ID,ping 2' (status=1)", ">LOG:1,,SENT CONTROL [a]: 'PUSH_REPLY,auth-token [REDACTED],ping 2' (status=1)"], // biome-ignore format: one line
    [
      ">LOG:1,,SENT CONTROL [a]: 'INFO_PRE,WEB_AUTH:proxy:https://host/a/b?c=d' (status=1)",
      ">LOG:1,,SENT CONTROL [a]: 'INFO_PRE,WEB_AUTH:proxy:[REDACTED]' (status=1)",
    ],
    ['>INFOMSG:WEB_AUTH:proxy:https://host/a', '>INFOMSG:WEB_AUTH:proxy:[REDACTED]'],
    ['>INFOMSG:OPEN_URL:https://host/a', '>INFOMSG:OPEN_URL:[REDACTED]'],
    ['>INFOMSG:CR_TEXT:R,E:Code from https://host/', '>INFOMSG:CR_TEXT:R,E:Code from https://host/'],
    ['>CLIENT:ENV,session_id=ydu4jF1HZYtYfaKO', '>CLIENT:ENV,session_id=[REDACTED]'],
    ['>UPDOWN:ENV,exported_keying_material=00ff', '>UPDOWN:ENV,exported_keying_material=[REDACTED]'],
  ];
  for (const [line, expected] of shown)
    it(`${line} becomes ${expected}`, () => assert.equal(redactNotification(line), expected));

  it('has no static challenge, in which the password is', () => {
    assert.equal(redactLog('1,,x SCRV1:cGFzcw==:b3Rw y'), '1,,x SCRV1:[REDACTED] y');
    assert.equal(redactLog('1,,x CRV1::state::123456 y'), '1,,x CRV1::[REDACTED]');
    assert.equal(redactLog('1,,ENV [1] password=hunter2'), '1,,ENV [1] password=[REDACTED]');
  });

  it('is every other line of a daemon as it came', () => {
    for (const line of recordedLines('>')) {
      const secret =
        /password=|CR_RESPONSE|Auth-Token|CRV1|cr-response|WEB_AUTH|OPEN_URL|session_id=|auth-token/.test(
          line,
        );
      if (!secret) assert.equal(redactNotification(line), line);
    }
  });

  it('keeps names that look like secrets where no secrets are', () => {
    for (const line of [
      '>CLIENT:ENV,common_name=password=x',
      '>CLIENT:ENV,X509_0_CN=SCRV1:YQ==:Yg==',
      '>STATE:1,CONNECTED,password=x',
    ])
      assert.equal(redactNotification(line), line);
  });
});
