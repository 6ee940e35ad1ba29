import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { command, rawCommand } from '../../src/protocol/command.ts';
import { EncodeError } from '../../src/protocol/encode-error.ts';
import { multiLine, replyShape, type Shape } from '../../src/protocol/shape.ts';

const shape = (line: string): Shape | undefined => replyShape(line.split(' '));

describe('the shape of a reply', () => {
  it('is one status line for these commands', () => {
    const commands = [
      'auth-retry',
      'auth-retry interact',
      'bytecount 1',
      'client-auth-nt 0 1',
      'client-deny 0 1 no',
      'client-kill 0',
      'client-pending-auth 0 1 CR_TEXT:R:x 30',
      'cr-response Zm9v',
      'env-filter',
      'env-filter 1',
      'forget-passwords',
      'hold',
      'hold release',
      'kill client1',
      'load-stats',
      'mute',
      'nclients',
      'needok x ok',
      'needstr x y',
      'password Auth x',
      'pid',
      'proxy NONE',
      'push-update-broad x',
      'push-update-cid 0 x',
      'remote ACCEPT',
      'signal SIGHUP',
      'username Auth x',
      'verb',
      'verb 4',
      'state on',
      'state off',
      'log on',
      'log off',
      'echo on',
      'echo off',
      'log',
      'echo',
    ];
    for (const line of commands) assert.deepEqual(shape(line), ['status'], line);
  });

  it('is a block for these', () => {
    const commands = [
      'help',
      'version',
      'state',
      'state 3',
      'state all',
      'log 3',
      'log all',
      'echo all',
      'remote-entry-count',
      'remote-entry-get all',
      'remote-entry-get 0 2',
      'net',
      'status 2',
      'status 3',
    ];
    for (const line of commands) assert.deepEqual(shape(line), ['block'], line);
  });

  it('has rows that peers begin where the format of a status may be 1', () => {
    for (const line of ['status', 'status 1', 'status x']) assert.deepEqual(shape(line), ['rows'], line);
  });

  it('belongs to the line and not to the verb where two words are combined', () => {
    for (const verb of ['state', 'log', 'echo']) {
      assert.deepEqual(shape(`${verb} on all`), ['status', 'block']);
      assert.deepEqual(shape(`${verb} on 5`), ['status', 'block']);
      assert.deepEqual(shape(`${verb} all on`), ['block', 'status']);
      assert.deepEqual(shape(`${verb} off 5`), ['status', 'block']);
    }
  });

  it('is nothing for `version n`, unless the daemon answers it', () => {
    assert.deepEqual(replyShape(['version', '3']), []);
    assert.deepEqual(replyShape(['version', '5']), []);
    assert.deepEqual(replyShape(['version', '3'], true), []);
    assert.deepEqual(replyShape(['version', '4'], true), ['status']);
  });

  it('is a notification for PKCS#11, and the end of the connection for exit and quit', () => {
    assert.deepEqual(shape('pkcs11-id-count'), ['PKCS11ID-COUNT']);
    assert.deepEqual(shape('pkcs11-id-get 0'), ['PKCS11ID-ENTRY']);
    assert.deepEqual(shape('exit'), ['close']);
    assert.deepEqual(shape('quit'), ['close']);
  });

  it('is a late status line for commands with a body', () => {
    assert.deepEqual([...multiLine].sort(), ['certificate', 'client-auth', 'client-pf', 'pk-sig', 'rsa-sig']);
    for (const verb of multiLine) assert.deepEqual(shape(verb), ['status'], verb);
  });

  it('is not known for other verbs, those that every object has among them', () => {
    for (const verb of ['', 'bogus', 'PID', 'test', 'toString', 'constructor', '__proto__'])
      assert.equal(shape(verb), undefined, verb);
    assert.throws(() => command('bogus'), EncodeError);
  });
});

describe('a raw command', () => {
  it('has the shape of its words, whatever stands around them', () => {
    assert.deepEqual(rawCommand('  pid  ').shape, ['status']);
    assert.deepEqual(rawCommand('log on all').shape, ['status', 'block']);
    assert.deepEqual(rawCommand('test 3', ['block']).shape, ['block']);
  });

  it('has the shape of its words without their quotes, as the daemon reads them', () => {
    assert.deepEqual(rawCommand('"pid"').shape, ['status']);
    assert.deepEqual(rawCommand('log "on" \'all\'').shape, ['status', 'block']);
    assert.deepEqual(rawCommand('status "3"').shape, ['block']);
    assert.deepEqual(rawCommand('log on # all').shape, ['status']);
  });

  it('is refused when it takes a body, quoted or not, and with a shape as well', () => {
    for (const verb of multiLine) {
      assert.throws(() => rawCommand(verb), EncodeError);
      assert.throws(() => rawCommand(`"${verb}" 0 1`, ['status']), EncodeError);
      assert.throws(() => rawCommand(` '${verb}' 0 1`, ['status']), EncodeError);
    }
  });

  it('is refused when nobody knows how its reply ends', () => {
    for (const line of ['', '   ', '# pid', 'bogus', 'test 3', 'version 3', '"version" 3'])
      assert.throws(() => rawCommand(line), EncodeError, line);
    assert.deepEqual(rawCommand('version 5', ['status']).shape, ['status']);
  });

  it('is refused when its quotes or backslashes are wrong: the daemon would answer with one error alone', () => {
    for (const line of ['log on "all', "log on 'all", 'log on a\\ll', 'pid x\\', `log on ${'9'.repeat(300)}`])
      assert.throws(() => rawCommand(line), EncodeError, line);
  });
});
