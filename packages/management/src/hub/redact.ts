const hidden = '[REDACTED]';

/** A notification as programs see it that may not see secrets: passwords, tokens and answers are replaced. */
export function redactNotification(line: string): string {
  return redactCredentials(
    line
      .replace(/^(>CLIENT:ENV,(?:password|auth_token)=).*$/s, `$1${hidden}`)
      .replace(/^(>CLIENT:CR_RESPONSE,[^,]*,[^,]*,).*$/s, `$1${hidden}`)
      .replace(/^(>PASSWORD:Auth-Token:).*$/s, `$1${hidden}`),
  );
}

/** Any other line: what challenges and their answers look like wherever they stand, as in the log at high `verb`. */
export function redactCredentials(line: string): string {
  return line
    .replace(/\bSCRV1:[A-Za-z0-9+/=]*:[A-Za-z0-9+/=]*/g, `SCRV1:${hidden}`)
    .replace(/\bCRV1::[^:\s]*::\S*/g, `CRV1::${hidden}`)
    .replace(/\b(auth-token )\S+/g, `$1${hidden}`)
    .replace(/\b(CMD 'cr-response )[^']*/g, `$1${hidden}`);
}
