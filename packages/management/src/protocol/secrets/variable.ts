import { findChallenges } from './challenge.ts';
import type { Span } from './span.ts';

/** Of OpenVPN: the token that stands for the password, what names a session of it, and keys for other programs. */
const secret: ReadonlySet<string> = new Set(['auth_token', 'session_id', 'exported_keying_material']);

/** What OpenVPN takes for a password in the environment (`password…`), and what others call theirs (`UV_API_TOKEN`). */
const telling = /passw|secret|token/i;

/** Whether the value of this environment variable is a secret, in an event of the daemon and in its log. */
export function isSecretVariable(name: string): boolean {
  return secret.has(name) || telling.test(name);
}

/** Of certificates, in which nobody has a secret. */
const certificate = /^(?:X509_|common_name=|tls_)/;

/** The secrets in an assignment `name=value`: the value, or the part of it that is a challenge. */
export function findInVariable(variable: string): Span[] {
  const equals = variable.indexOf('=');
  if (equals !== -1 && isSecretVariable(variable.slice(0, equals))) return [[equals + 1, variable.length]];
  return certificate.test(variable) ? [] : findChallenges(variable);
}
