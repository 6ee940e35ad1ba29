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

  it('is empty when the daemon said nothing', () => {
    const nothing = { greeting: undefined, notifications: [], answers: [] };
    assert.deepEqual(readConversation([]), nothing);
    assert.deepEqual(readConversation(transcript('server-22-management-client-user-rejected')), nothing);
  });
});
