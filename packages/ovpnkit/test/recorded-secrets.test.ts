import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertNoMarks, markOf } from '../../management/test/marks.ts';
import { commands, errors, logTexts, notifications } from '../../management/test/protocol/secrets/places.ts';
import { createRedactor, type Direction } from '../src/commands/record/redactor.ts';

const mark = markOf('One');
const around = fc.string({
  unit: fc.constantFrom('a', ' ', '=', "'", '"', ')', '\\', '%', 'ü'),
  maxLength: 5,
});
const secrets = fc.tuple(around, around).map(([before, after]) => `${before}${mark}${after}`);

/** What is recorded of text that comes in chunks of this size. */
function recorded(direction: Direction, text: string, size: number): string {
  const redactor = createRedactor<undefined>();
  const bytes = Buffer.from(text);
  const pieces = [];
  for (let start = 0; start < bytes.length; start += size)
    pieces.push(...redactor.push(direction, bytes.subarray(start, start + size), undefined));
  pieces.push(...redactor.end());
  return Buffer.concat(pieces.map(({ bytes }) => bytes)).toString();
}

describe('a secret in any place on a management connection', () => {
  const logged = Object.entries(logTexts).flatMap(([name, place]) =>
    ['1700000000,D,', '>LOG:1700000000,D,'].map(
      before => [`${before} ${name}`, (secret: string) => before + place(secret)] as const,
    ),
  );
  const places = [
    ...[...Object.entries(notifications), ...Object.entries(errors), ...logged].map(
      ([name, place]) => [name, 'S', place] as const,
    ),
    ...Object.entries(commands).map(([name, place]) => [name, 'C', place] as const),
  ];
  for (const [name, direction, place] of places) {
    it(`is in no recording: ${name}`, () => {
      fc.assert(
        fc.property(secrets, fc.integer({ min: 1, max: 200 }), (secret, size) => {
          assertNoMarks(name, recorded(direction, `${place(secret)}\r\n`, size), [mark]);
        }),
      );
    });
  }
});
