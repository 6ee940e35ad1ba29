/**
 * Notices in what a daemon prints that an HTTP proxy has refused the credentials that it was given, and calls `refused`
 * then, once. openvpn 2.6 tries the same again without a pause, some thousand times a second, and neither reads nor
 * writes on its management connection meanwhile: what it prints is all there is to see.
 */
export function noticeRefusals(refused: () => void): (printed: string) => void {
  let line = '';
  let tried = false;
  let over = false;

  function read(text: string): void {
    // The first phase of NTLM has no password yet.
    if (/Attempting \w+ Proxy-Authorization(?! phase 1)/.test(text)) tried = true;
    // The next connection begins without credentials.
    if (/HTTP proxy returned: '(?!HTTP\/[\d.]+ 407 )|received, process restarting/.test(text)) tried = false;
    if (over || !tried || !/HTTP proxy returned: /.test(text)) return;
    over = true;
    refused();
  }

  return printed => {
    const [first = '', ...more] = printed.split('\n');
    line = (line + first).slice(0, LONGEST_LINE);
    for (const next of more) {
      read(line);
      line = next;
    }
  };
}

const LONGEST_LINE = 1024;
