import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConversation } from '../../src/testing/index.ts';
import { linesOf, transcript, transcripts } from '../recordings.ts';

describe('a recording taken apart', () => {
  it('has the greeting, what the daemon said by itself, and each answer with its command', () => {
    const { greeting, notifications, answers } = readConversation(transcript('client-33-query-remote'));
    assert.match(greeting ?? '', /^>INFO:OpenVPN Management Interface Version 5/);
    assert.deepEqual(
      notifications.map(({ line }) => line).filter(line => line.startsWith('>REMOTE:')),
      [
        '>REMOTE:vpn1.example.invalid,1194,udp',
        '>REMOTE:10.99.0.9,443,tcp-client',
        '>REMOTE:10.99.0.99,1195,udp4',
        '>REMOTE:10.99.0.99,1195,udp4',
      ],
    );
    const answer = (command: string) => answers.find(entry => entry.command === command)?.lines;
    assert.deepEqual(answer('remote-entry-count'), ['4', 'END']);
    assert.deepEqual(answer('remote-entry-get 9'), ['END']);
    assert.deepEqual(answer('remote BOGUS'), ['ERROR: remote command failed']);
  });

  it('has every line of the daemon in one place, and no other', () => {
    for (const { name, chunks } of transcripts()) {
      const { greeting, notifications, answers } = readConversation(chunks);
      const parts = [
        ...(greeting ? [greeting] : []),
        ...notifications.map(({ line }) => line),
        ...answers.flatMap(({ lines }) => lines),
      ];
      const said = new Set(linesOf(chunks).map(line => line.replace(/^(ENTER PASSWORD:)+/, '')));
      for (const line of parts) assert.ok(said.has(line), `${name}: ${line}`);
    }
  });

  it('has its times in order', () => {
    const { notifications, answers } = readConversation(transcript('server-04-client-life-client-auth'));
    for (const times of [notifications, answers].map(entries => entries.map(({ t }) => t)))
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
  });

  it('has commands and answers in the same letters, however the bytes were cut', () => {
    const said = (dir: 'S' | 'C', bytes: Uint8Array) =>
      Array.from(bytes, byte => ({ t: 0, dir, bytes: Uint8Array.of(byte) }));
    const text = (text: string) => Buffer.from(text);
    const { answers } = readConversation([
      ...said('C', text('kill jürgen\n')),
      ...said('S', text("SUCCESS: common name 'jürgen' found, 1 client(s) killed\r\n")),
      ...said('C', Buffer.from('kill \xfc\n', 'latin1')),
      ...said('S', Buffer.from("ERROR: common name '\xfc' not found\r\n", 'latin1')),
    ]);
    assert.deepEqual(
      answers.map(({ command, lines }) => [command, ...lines]),
      [
        ['kill jürgen', "SUCCESS: common name 'jürgen' found, 1 client(s) killed"],
        ['kill \udcfc', "ERROR: common name '\udcfc' not found"],
      ],
    );
  });

  it('knows a password from a command, and a body from commands, also of a program that sent everything ahead', () => {
    const { answers } = readConversation([
      { t: 0, dir: 'C', bytes: Buffer.from('tops3cret\npid\nclient-auth 0 1\npush "ping 2"\nEND\nhold\n') },
      { t: 1, dir: 'S', bytes: Buffer.from('ENTER PASSWORD:') },
      { t: 2, dir: 'S', bytes: Buffer.from('SUCCESS: password is correct\r\n>INFO:x\r\nSUCCESS: pid=1\r\n') },
      { t: 3, dir: 'S', bytes: Buffer.from('SUCCESS: client-auth command succeeded\r\nSUCCESS: hold=0\r\n') },
    ]);
    assert.deepEqual(
      answers.map(({ command, lines }) => [command, ...lines]),
      [
        ['pid', 'SUCCESS: pid=1'],
        ['client-auth 0 1', 'SUCCESS: client-auth command succeeded'],
        ['hold', 'SUCCESS: hold=0'],
      ],
    );
  });

  it('is empty when the daemon said nothing', () => {
    const nothing = { greeting: undefined, notifications: [], answers: [] };
    assert.deepEqual(readConversation([]), nothing);
    assert.deepEqual(readConversation(transcript('server-22-management-client-user-rejected')), nothing);
  });
});
