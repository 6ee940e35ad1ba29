import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lexLine } from '@ovpnkit/management';
import fc from 'fast-check';
import { formatDirective } from '../src/tunnel/profile/format-directive.ts';
import { parseProfile } from '../src/tunnel/profile/parse-profile.ts';

const parse = (text: string) => parseProfile(text).directives;
const fails = (text: string, message: RegExp) =>
  throws(() => parseProfile(text), { name: 'ProfileError', message });

describe('parseProfile', () => {
  it('reads names, parameters, comments, a byte order mark and CRLF', () => {
    deepEqual(parse('\uFEFF# a profile\r\nclient\r\n\r\n\t--remote "a b" 1194 ; there\r\n  dev tun\r\n'), [
      { name: 'client', parameters: [], line: 2 },
      { name: 'remote', parameters: ['a b', '1194'], line: 4 },
      { name: 'dev', parameters: ['tun'], line: 5 },
    ]);
  });

  it('reads blocks whose tags have white space before and anything behind', () => {
    deepEqual(parse('"<ca>" # begin\n# kept\n  two\r\n \t</ca>junk\nclient'), [
      { name: 'ca', parameters: [], body: '# kept\n  two\n', line: 1 },
      { name: 'client', parameters: [], line: 5 },
    ]);
    deepEqual(parse('<ca>\n</ca>'), [{ name: 'ca', parameters: [], body: '', line: 1 }]);
    deepEqual(parse('--<ca>\n<cert>\n</ca>'), [{ name: 'ca', parameters: [], body: '<cert>\n', line: 1 }]);
  });

  it('takes a tag with parameters and a lone `<>` for names', () => {
    deepEqual(
      parse('<ca> x\n<>').map(({ name }) => name),
      ['<ca>', '<>'],
    );
  });

  it('takes `setenv opt NAME` for NAME, once', () => {
    deepEqual(parse('setenv opt up /bin/x\nsetenv opt setenv opt up\nsetenv opt'), [
      { name: 'up', parameters: ['/bin/x'], line: 1, optional: true },
      { name: 'setenv', parameters: ['opt', 'up'], line: 2, optional: true },
      { name: 'setenv', parameters: ['opt'], line: 3 },
    ]);
  });

  it('refuses what has no clear meaning, and says the line', () => {
    fails('client\nremote "a', /^line 2: OpenVPN cannot read the line \(no closing quotation\)/);
    fails('client\nremote a\0b', /^line 2: there is a control character/);
    fails('remote a\rup b', /^line 1: there is a control character/);
    fails('remote a\x1b[2J', /control character/);
    fails('remote \ud800', /control character/);
    fails('client\n<ca>\nx', /^line 2: <ca> is not closed; add a line '<\/ca>'/);
    fails('<ca>\n\0\n</ca>', /^line 2: there is a control character/);
    fails(`setenv opt ${'x '.repeat(14)}`, /has more than 14 parameters/);
  });

  it('refuses a closing tag amid a line, which the daemon would find when it reads a long line in pieces', () => {
    fails(`<ca>\n${'x'.repeat(255)}</ca>\nup /bin/x\n</ca>`, /^line 2: '<\/ca>' stands amid the line/);
  });

  it('has limits', () => {
    fails(`x${' '.repeat(512)}`, /^line 1: the line is longer than 512 bytes/);
    fails(`# ${'é'.repeat(256)}`, /^line 1: the line is longer than 512 bytes/);
    fails('x'.repeat(65), /^line 1: the name of the directive is longer than 64 bytes/);
    fails('x\n'.repeat(4097), /^line 4097: there are more than 4096 directives/);
    fails('#\n'.repeat(131_073), /larger than 262144 bytes/);
    equal(parse(`<ca>\n${'x'.repeat(200_000)}\n</ca>`)[0]?.body?.length, 200_001);
  });

  it('never fails but with a ProfileError, whatever it reads', () => {
    const pieces = fc.constantFrom('<ca>', '</ca>', '\n', '"', "'", '\\', ' ', '--', 'setenv opt', '\0', '#');
    const garbage = fc.array(fc.oneof(pieces, fc.string())).map(parts => parts.join(''));
    fc.assert(
      fc.property(garbage, text => {
        try {
          parseProfile(text);
        } catch (error) {
          equal((error as Error).name, 'ProfileError');
        }
      }),
    );
  });
});

describe('formatDirective', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[^\x00-\x1f\x7f\ud800-\udfff]{0,12}$/u),
    fc.string({ unit: fc.constantFrom('"', "'", '\\', ' ', '#', ';', '\t', '<', 'é', '😀'), maxLength: 8 }),
  );

  it('writes what the lexer reads as the same words', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), parameters => {
        const text = formatDirective({ name: 'setenv', parameters, line: 1 });
        equal(text.indexOf('\n'), text.length - 1);
        deepEqual(lexLine(text), { words: ['setenv', ...parameters] });
      }),
    );
  });

  it('and parseProfile reads back what it writes, blocks included', () => {
    const body = fc
      .array(fc.stringMatching(/^[^\x00-\x1f\x7f\ud800-\udfff]{0,300}$/u))
      .map(lines => lines.map(line => `${line}\n`).join(''))
      .filter(text => !text.includes('</ca>'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), body, (parameters, text) => {
        const directives = [
          { name: 'ca', parameters: [], body: text, line: 1 },
          { name: 'echo', parameters, line: 3 + text.split('\n').length - 1 },
        ];
        deepEqual(parse(directives.map(formatDirective).join('')), directives);
      }),
    );
  });

  it('refuses a line that the daemon would cut', () => {
    const directive = (length: number) => ({ name: 'echo', parameters: ['x'.repeat(length)], line: 7 });
    equal(formatDirective(directive(247)).length, 255);
    throws(
      () => formatDirective(directive(248)),
      /^ProfileError: line 7: 'echo' is longer than openvpn takes/,
    );
  });
});
