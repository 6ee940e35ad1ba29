import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Secret } from '../protocol/secret.ts';
import { encodeText } from '../protocol/text.ts';

/** Asks programs for a password, with bounds on how many may be asked at once. */
export type PasswordGate = {
  /** Asks; who knows the password is let in. */
  ask(socket: Socket): void;
  /** Sends everybody away who has not given it yet. */
  close(): void;
};

const maxTries = 3;
const timeoutMs = 30_000;
const maxGuess = 1024;
/** Programs give the password at once: of more that do not, the one that has been asked longest is sent away. */
const maxAsked = 64;

/**
 * `ENTER PASSWORD:` without a line end, at most three tries, and no word about a wrong one, as the daemon does it.
 * `admit` gets a socket that has not been read beyond the password; `turnedAway` is told of three wrong ones.
 */
export function createPasswordGate(
  password: Secret,
  admit: (socket: Socket) => void,
  turnedAway: () => void,
): PasswordGate {
  const asked = new Set<Socket>();

  const ask = (socket: Socket): void => {
    let received = Buffer.alloc(0);
    let tries = 0;
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    const forget = (): void => {
      clearTimeout(timer);
      asked.delete(socket);
    };
    const prompt = (): void => void socket.write('ENTER PASSWORD:');

    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const before = tries;
      for (let end = received.indexOf(0x0a); end !== -1; end = received.indexOf(0x0a)) {
        const line = received.subarray(0, end);
        received = received.subarray(end + 1);
        if (isPassword(line, password)) {
          forget();
          socket.off('data', take);
          socket.off('close', forget);
          socket.off('end', leave);
          socket.pause();
          socket.write('SUCCESS: password is correct\r\n');
          if (received.length > 0) socket.unshift(received); // commands that were sent along with the password
          admit(socket);
          return;
        }
        if (++tries === maxTries) {
          turnedAway();
          return void socket.destroy();
        }
      }
      if (received.length > maxGuess) socket.destroy();
      // Once for all that came together, as the daemon.
      else if (tries > before) prompt();
    };
    const leave = (): void => void socket.destroy();

    asked.add(socket);
    const [longest] = asked;
    if (asked.size > maxAsked) longest?.destroy();
    socket.on('data', take);
    socket.on('end', leave);
    socket.on('close', forget);
    prompt();
  };

  return {
    ask,
    close() {
      for (const socket of asked) socket.destroy();
    },
  };
}

/** Compares in constant time, over a length that does not depend on the guess. */
function isPassword(line: Buffer, password: Secret): boolean {
  const right = encodeText(password.reveal());
  const guess = line.filter(byte => byte >= 0x20 && byte !== 0x7f);
  const [padded, expected] = [Buffer.alloc(maxGuess), Buffer.alloc(maxGuess)];
  padded.set(guess.subarray(0, maxGuess));
  expected.set(right.subarray(0, maxGuess));
  return timingSafeEqual(padded, expected) && guess.length === right.length;
}
