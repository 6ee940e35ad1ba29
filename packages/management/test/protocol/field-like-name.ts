import fc from 'fast-check';

/** What the fields of a status row look like. */
const fields = [
  '1',
  '22',
  '10.8.0.6',
  '1.2.3.4:5',
  'fd00::1',
  '2026-11-21 19:19:41',
  '1795288781',
  'root',
  '',
  'x',
];

/** The pieces of a name that looks as much as possible like the fields beside it. */
export const fieldLikeName = fc.array(fc.oneof(fc.constantFrom(...fields), fc.string({ maxLength: 5 })), {
  minLength: 1,
  maxLength: 14,
});
