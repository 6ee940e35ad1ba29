import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStatus, parseStatusFile } from '../../src/protocol/status-parser.ts';
import { encodeText } from '../../src/protocol/text.ts';
import { statusLines } from '../recordings.ts';

const names = [1, 2, 3].flatMap(format => [`server-3clients-v${format}`, `server-empty-v${format}`]);
const all = [...names, 'client-statistics'];

describe('a status that is cut', () => {
  it('says so, wherever the cut is before its last section', () => {
    for (const name of all) {
      const lines = statusLines(name);
      // Format 2 and 3 have two rows in the last section, of which an older version has one.
      const last = lines.findIndex(line => /^(GLOBAL_STATS|Max bcast|Auth read bytes)/.test(line));
      for (let count = 1; count <= lines.length; count++) {
        const status = parseStatus(lines.slice(0, count));
        assert.equal(status?.complete, count > last, `${name} ${count}`);
        if (!status?.complete) assert.match(status?.problem ?? '', /^it (ends before|has no time)/);
      }
    }
  });

  it('has what came before the cut', () => {
    const lines = statusLines('server-3clients-v3');
    const second = lines.findIndex(line => line.startsWith('CLIENT_LIST')) + 2;
    const status = parseStatus(lines.slice(0, second));
    assert.ok(status?.mode === 'server');
    assert.equal(status.clients.length, 2);
    assert.equal(status.problem, 'it ends before the routing table');
  });

  it('may have a header without rows, or no time', () => {
    const lines = statusLines('server-3clients-v3');
    const headed = parseStatus(lines.slice(0, 3));
    assert.ok(headed?.mode === 'server' && !headed.complete);
    assert.deepEqual(headed.clients, []);
    assert.equal(parseStatus(lines.slice(0, 1))?.mode, 'unknown');
  });
});

describe('a status file', () => {
  const file = (name: string, end = '\n'): Uint8Array =>
    encodeText([...statusLines(name), 'END', ''].join(end));

  it('is whole with its END, whatever its line ends, and is the same as the reply', () => {
    for (const name of all)
      for (const end of ['\n', '\r\n'])
        assert.deepEqual(parseStatusFile(file(name, end)), parseStatus(statusLines(name)), name);
  });

  it('is cut wherever a byte of its END is missing', () => {
    for (const name of all) {
      const bytes = file(name);
      for (let length = 0; length < bytes.length - 1; length++)
        assert.equal(
          parseStatusFile(bytes.subarray(0, length))?.complete ?? false,
          false,
          `${name} ${length}`,
        );
    }
  });

  it('is none when it is something else', () => {
    assert.equal(parseStatusFile(encodeText('hello\nworld\n')), undefined);
  });
});
