/** Of OpenVPN: the token that stands for the password, what names a session of it, and keys for other programs. */
const secret: ReadonlySet<string> = new Set(['auth_token', 'session_id', 'exported_keying_material']);

/** What OpenVPN takes for a password in the environment (`password…`), and what others call theirs (`UV_API_TOKEN`). */
const telling = /passw|secret|token/i;

/** Whether the value of this environment variable is a secret, in an event of the daemon and in its log. */
export function isSecretVariable(name: string): boolean {
  return secret.has(name) || telling.test(name);
}

/** Where the secret value of an assignment `name=value` begins; `undefined` when it is none. */
export function secretValueStart(variable: string): number | undefined {
  const equals = variable.indexOf('=');
  return equals !== -1 && isSecretVariable(variable.slice(0, equals)) ? equals + 1 : undefined;
}
