const hidden = '[REDACTED]';

/** A notification as programs see it that may not see secrets: passwords, tokens and answers are replaced. */
export function redactNotification(line: string): string {
  if (line.startsWith('>CLIENT:')) {
    return line
      .replace(/^(>CLIENT:ENV,(?:password|auth_token)=).*$/s, `$1${hidden}`)
      .replace(/^(>CLIENT:CR_RESPONSE,[^,]*,[^,]*,).*$/s, `$1${hidden}`);
  }
  if (line.startsWith('>PASSWORD:'))
    return redactChallenges(line.replace(/^(>PASSWORD:Auth-Token:).*$/s, `$1${hidden}`));
  return line.startsWith('>LOG:') ? redactLog(line) : line;
}

/** A line of the daemon's log, which at a high `verb` has nearly everything. */
export function redactLog(line: string): string {
  return redactChallenges(line)
    .replace(/\b((?:password|auth_token)=)[^\s',"]+/g, `$1${hidden}`)
    .replace(/\b(auth-token )[^\s',"]+/g, `$1${hidden}`)
    .replace(/\b(WEB_AUTH:[^:\s]*:)[^\s'"]+/g, `$1${hidden}`)
    .replace(/(CMD '"?(?:cr-response|needstr)"? ).*'/g, `$1${hidden}'`)
    .replace(/\b(CR_RESPONSE,)[^\s'"]+/g, `$1${hidden}`)
    .replace(/(CR response was sent by client \(').*('\))/g, `$1${hidden}$2`)
    .replace(/\b((?:CIPHER|HMAC) KEY: ).*/g, `$1${hidden}`);
}

/** Static challenges carry the password; of dynamic ones the state is the secret that the answer must name. */
function redactChallenges(line: string): string {
  return line
    .replace(/\bSCRV1:[A-Za-z0-9+/=]*:[A-Za-z0-9+/=]*/g, `SCRV1:${hidden}`)
    .replace(/\bCRV1::[^:\s]*::[^\s',"]*/g, `CRV1::${hidden}`)
    .replace(/\b(CRV1:[^:\s]+:)[^:\s]+:/g, `$1${hidden}:`);
}
