import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDaemon, openProgram, skipDaemon, until } from '@ovpnkit/lab/testing';
import { openHubAt } from './hub-lab.ts';

/** The numbers that the log has from `pid #N`, in the order in which they were told. */
const numbersOf = (text: string): number[] =>
  [...text.matchAll(/CMD 'pid #(\d+)'/g)].map(([, number]) => Number(number));

describe('the log of a daemon that logs all the time', { skip: skipDaemon, concurrency: true }, () => {
  it('is told from its history on without a gap and without a line twice, to each who asks', async t => {
    const daemon = await openDaemon(t, []);
    const { at } = await openHubAt(t, daemon);
    const writer = await openProgram(t, at('monitor'));
    let number = 0;
    let writing = true;
    const write = async (): Promise<void> => {
      while (writing) {
        // Several at once, so that lines come close behind replies.
        const numbers = Array.from({ length: 5 }, () => ++number);
        writer.send(numbers.map(each => `pid #${each}\n`).join(''));
        for (const _ of numbers) await writer.until('\r\n');
      }
    };
    const read = async (command: string): Promise<void> => {
      const program = await openProgram(t, at('monitor'));
      for (let round = 0; round < 15; round++) {
        program.send(`${command}\n`);
        const before = await program.until(/^END\r\n/m);
        const from = number;
        let text = before;
        await until(
          'a line behind the history',
          () => numbersOf(text).some(each => each > from + 10),
          async () => {
            text += await program.until('\r\n');
          },
        );
        const seen = numbersOf(text);
        const [first = 0] = seen;
        assert.deepEqual(
          seen,
          Array.from(seen, (_, index) => first + index),
          command,
        );
        assert.ok(numbersOf(before).length > 0, 'some of it was history');
        text += await program.reply('log off');
        assert.equal(numbersOf(await program.reply('pid')).length, 0);
      }
    };
    const readers = Promise.all(['log on all', 'log all on', 'log on 50', 'log on all'].map(read));
    const written = write();
    await readers.finally(() => (writing = false));
    await written;
  });
});
