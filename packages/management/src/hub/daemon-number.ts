// Numbers as the daemon reads them out of a word: as far as there are digits, whatever follows. What a program may do
// is decided on the number that the daemon will see, so `5status` must be 5 here too.

const leadingNumber = /^ *([+-]?)(\d+)/;

/** What `atoi` reads: 32 bits with a sign, 0 when there is no number. */
export function readInteger(word: string): number {
  const [, sign, digits] = leadingNumber.exec(word) ?? [];
  if (digits === undefined) return 0;
  const magnitude = BigInt(digits);
  const most = 2n ** 63n - 1n;
  const clamped = sign === '-' ? -least(magnitude, most + 1n) : least(magnitude, most);
  return Number(BigInt.asIntN(32, clamped));
}

/** A client's CID, an unsigned number of 64 bits; `undefined` where the daemon says that it cannot be parsed. */
export function readCid(word: string): bigint | undefined {
  const [, sign, digits] = leadingNumber.exec(word) ?? [];
  if (digits === undefined) return undefined;
  const most = 2n ** 64n - 1n;
  const magnitude = BigInt(digits);
  if (magnitude > most) return most;
  return BigInt.asUintN(64, sign === '-' ? -magnitude : magnitude);
}

/** The KID of an authentication: of a longer number the daemon keeps the lower 32 bits. */
export function readKid(word: string): bigint | undefined {
  const number = readCid(word);
  return number === undefined ? undefined : BigInt.asUintN(32, number);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
