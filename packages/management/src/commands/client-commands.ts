import { ParseError } from '../errors.ts';
import {
  type DynamicChallenge,
  dynamicChallengePassword,
  type StaticChallenge,
  staticChallengePassword,
  toBase64,
} from '../protocol/challenge.ts';
import { type Command, command, commandWithBody } from '../protocol/command.ts';
import { EncodeError } from '../protocol/encode-error.ts';
import { integer, maxParameterBytes, type Parameter } from '../protocol/encoder.ts';
import { parseInteger } from '../protocol/field.ts';
import { type Notification, parseNotification } from '../protocol/notification.ts';
import { Secret } from '../protocol/secret.ts';
import { encodeText } from '../protocol/text.ts';
import { blockLines, parseLines, type Run } from './answer.ts';
import type { Question, Questions } from './questions.ts';

/** One `remote` of a client's configuration. */
export type RemoteEntry = {
  readonly index: number;
  readonly host: string;
  readonly port: string;
  readonly protocol: string;
  readonly enabled: boolean;
};

/** What a user gives in answer to a `>PASSWORD:` question. */
export type Credentials = {
  username?: string;
  password: string | Secret;
  /** The answer to the challenge. */
  answer?: string | Secret;
  /** The challenge that is answered: the question's static one, or the dynamic one of the failure before. */
  challenge?: StaticChallenge | DynamicChallenge | undefined;
};

/** Commands of a client. A server answers them with a CommandError. */
export type ClientCommands = {
  /** Answers one part of a `>PASSWORD:Need` question; `type` is the question's `name`, such as `Auth`. */
  username(type: string, value: string): Promise<void>;
  /** The other part. A password above 255 bytes needs OpenVPN 2.7.2 and `announceVersion(5)`. */
  password(type: string, value: string | Secret): Promise<void>;
  /** Answers a `>PASSWORD:Need` question as a whole, with its challenge if there is one. */
  credentials(type: string, credentials: Credentials): Promise<void>;
  /** Answers a NEED-OK question. */
  needok(name: string, answer: 'ok' | 'cancel'): Promise<void>;
  /** Answers a NEED-STR question. */
  needstr(name: string, value: string): Promise<void>;
  /** Answers a REMOTE question. SKIP with a number skips so many entries; since OpenVPN 2.6. */
  remote(action: 'ACCEPT'): Promise<void>;
  remote(action: 'SKIP', count?: number): Promise<void>;
  remote(action: 'MOD', host: string, port: number): Promise<void>;
  /** Since OpenVPN 2.6. */
  remoteEntryCount(): Promise<number>;
  /**
   * All entries, one, or those from `index` up to `end`; an index out of range gives none. Since OpenVPN 2.6, whose
   * daemon crashes when its profile has no `remote` at all (2.6.14).
   */
  remoteEntryGet(index: number | 'all', end?: number): Promise<RemoteEntry[]>;
  /** Answers a PROXY question. `nct`: no credentials in clear text. */
  proxy(type: 'NONE'): Promise<void>;
  proxy(type: 'HTTP', host: string, port: number, flag?: 'nct'): Promise<void>;
  proxy(type: 'SOCKS', host: string, port: number): Promise<void>;
  /** The user's answer to a CR_TEXT question, as text. Since OpenVPN 2.5. */
  crResponse(response: string | Secret): Promise<void>;
  /** Answers a PK_SIGN question with a signature, in base64 or as bytes. Refused when none is open. Since 2.5. */
  pkSig(signature: string | Uint8Array): Promise<void>;
  /** Answers an RSA_SIGN question. Refused when none is open. */
  rsaSig(signature: string | Uint8Array): Promise<void>;
  /** Answers a NEED-CERTIFICATE question with a certificate in PEM form. Refused when none is open. Since 2.4. */
  certificate(pem: string): Promise<void>;
  /**
   * How many PKCS#11 identities there are. Without a loaded provider this ends the daemon, so it is refused unless
   * the daemon asks for an identity just now or `connect` was told `pkcs11: true`.
   */
  pkcs11IdCount(): Promise<number>;
  /** One identity; `id` and `blob` are `undefined` when there is none. Refused as {@link pkcs11IdCount} is. */
  pkcs11IdGet(index: number): Promise<{ id: string | undefined; blob: string | undefined }>;
};

/** `longPasswords` says whether the daemon and we agreed on the multi-line form of `password`. */
export function clientCommands(run: Run, questions: Questions, longPasswords: () => boolean): ClientCommands {
  const done = async (what: Command): Promise<void> => void (await run(what));

  const answered = async (question: Question, what: Command): Promise<void> => {
    if (!questions.take(question)) {
      throw new EncodeError(what.words[0] ?? '', `answers ${question}, and the daemon has not asked that`);
    }
    await done(what);
  };

  const pkcs11 = async (verb: string, ...parameters: Parameter[]): Promise<Notification> => {
    if (!questions.mayAskPkcs11()) {
      throw new EncodeError(
        verb,
        'ends a daemon without a PKCS#11 provider; connect with `pkcs11: true` to allow it',
      );
    }
    const [part] = await run(command(verb, ...parameters));
    return parseNotification(part?.type === 'notification' ? part.line : '');
  };

  const password = async (type: string, value: string | Secret): Promise<void> => {
    const secret = value instanceof Secret ? value : new Secret(value);
    const { length } = encodeText(secret.reveal(), 'password');
    if (length <= maxParameterBytes || !longPasswords()) {
      return done(command('password', ['type', type], ['password', secret]));
    }
    await done(
      commandWithBody('password', [['type', type]], ['password', base64Lines(toBase64(secret.reveal()))]),
    );
  };

  const username = async (type: string, value: string): Promise<void> =>
    done(command('username', ['type', type], ['username', value]));

  return {
    username,
    password,
    async credentials(type, given) {
      const secret = given.password instanceof Secret ? given.password : new Secret(given.password);
      const answer = given.answer instanceof Secret ? given.answer : new Secret(given.answer ?? '');
      const { challenge } = given;
      const dynamic = challenge && 'stateId' in challenge ? challenge : undefined;
      const user = dynamic?.username ?? given.username;
      if (user !== undefined) await username(type, user);
      if (dynamic) return password(type, dynamicChallengePassword(dynamic, answer));
      if (challenge && !('stateId' in challenge)) {
        return password(type, staticChallengePassword(challenge, secret, answer));
      }
      return password(type, secret);
    },
    needok: async (name, answer) => done(command('needok', ['name', name], ['answer', answer])),
    needstr: async (name, value) => done(command('needstr', ['name', name], ['value', new Secret(value)])),
    async remote(action: string, ...rest: (string | number | undefined)[]) {
      const [first, second] = rest;
      const parameters: Parameter[] = [['action', action]];
      if (action === 'SKIP' && first !== undefined) parameters.push(integer('count', Number(first), 1));
      if (action === 'MOD') parameters.push(hostOf(first), integer('port', Number(second), 1, 65_535));
      await done(command('remote', ...parameters));
    },
    async remoteEntryCount() {
      const [line = ''] = blockLines('remote-entry-count', await run(command('remote-entry-count')));
      const count = parseInteger(line);
      if (count === undefined) throw new ParseError('remote-entry-count', line);
      return count;
    },
    async remoteEntryGet(index, end) {
      const first: Parameter = index === 'all' ? ['index', index] : integer('index', index);
      const parameters = end === undefined ? [first] : [first, integer('end', end)];
      return parseLines(
        'remote-entry-get',
        blockLines('remote-entry-get', await run(command('remote-entry-get', ...parameters))),
        remoteEntry,
      );
    },
    async proxy(type: string, host?: string, port?: number, flag?: 'nct') {
      const parameters: Parameter[] = [['type', type]];
      // The daemon takes a malformed answer for `NONE` and connects without a proxy: nothing doubtful may get there.
      if (type !== 'NONE') parameters.push(hostOf(host), integer('port', Number(port), 1, 65_535));
      if (flag !== undefined) parameters.push(['flag', flag]);
      await done(command('proxy', ...parameters));
    },
    async crResponse(response) {
      const text = response instanceof Secret ? response.reveal() : response;
      await done(command('cr-response', ['response', new Secret(toBase64(text))]));
    },
    pkSig: async signature => answered('PK_SIGN', signatureCommand('pk-sig', signature)),
    rsaSig: async signature => answered('RSA_SIGN', signatureCommand('rsa-sig', signature)),
    certificate: async pem =>
      answered(
        'NEED-CERTIFICATE',
        commandWithBody('certificate', [], ['certificate', pem.trim().split(/\r?\n/)]),
      ),
    async pkcs11IdCount() {
      const event = await pkcs11('pkcs11-id-count');
      if (event.type !== 'PKCS11ID-COUNT') throw new ParseError('pkcs11-id-count', JSON.stringify(event));
      return event.count;
    },
    async pkcs11IdGet(index) {
      const event = await pkcs11('pkcs11-id-get', integer('index', index));
      if (event.type !== 'PKCS11ID-ENTRY') throw new ParseError('pkcs11-id-get', JSON.stringify(event));
      return { id: event.id, blob: event.blob };
    },
  };
}

function hostOf(value: unknown): Parameter {
  if (typeof value !== 'string' || value === '') throw new EncodeError('host', 'is missing');
  return ['host', value];
}

function remoteEntry(line: string): RemoteEntry | undefined {
  const [, index, host = '', port = '', protocol = '', flag] =
    /^(\d+),(.*),([^,]*),([^,]*),([^,]*)$/.exec(line) ?? [];
  return index === undefined
    ? undefined
    : { index: Number(index), host, port, protocol, enabled: flag === 'enabled' };
}

function signatureCommand(verb: string, signature: string | Uint8Array): Command {
  const text = typeof signature === 'string' ? signature : btoa(String.fromCharCode(...signature));
  if (!/^[A-Za-z0-9+/=\s]+$/.test(text)) throw new EncodeError('signature', 'is not base64');
  return commandWithBody(verb, [], ['signature', base64Lines(text.replace(/\s/g, ''))]);
}

function base64Lines(text: string): string[] {
  return text.match(/.{1,64}/g) ?? [];
}
