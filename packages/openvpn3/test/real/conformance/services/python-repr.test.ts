import { deepEqual } from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { parsePythonLiteral } from '../backend/python-literal.ts';
import { pythonRepr } from './python-repr.ts';

const text = fc.stringMatching(/^[ -~\n\r\t“é]*$/);

it('every value is read back as it was written', () => {
  const { value } = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 3 }, text, fc.boolean(), fc.integer(), tie('list'), tie('dict')),
    list: fc.array(tie('value')),
    dict: fc.dictionary(text, tie('value'), { noNullPrototype: true }),
  }));
  fc.assert(fc.property(value, each => deepEqual(parsePythonLiteral(pythonRepr(asOnTheBus(each))), each)));
});

/** A dict is a Map there. */
const asOnTheBus = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asOnTheBus);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, each]) => [key, asOnTheBus(each)]));
};
