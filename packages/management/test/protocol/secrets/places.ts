// Every place where a daemon prints a secret, in the formats of OpenVPN 2.4 to 2.7, and where a program sends one.

/** A line with this secret in it. */
type Place = (secret: string) => string;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
/** As format_hex() prints it. */
const grouped = (text: string): string => hex(text).replace(/(.{8})(?=.)/g, '$1 ');

/** Tokens that a daemon makes have no white space and no quotes. */
const word = (text: string): string => text.replace(/\W/g, '');
const escaped = (text: string): string => text.replace(/["\\]/g, '\\$&');

/** Texts of the log, at the verbosity of each. */
export const logTexts: Readonly<Record<string, Place>> = {
  'a challenge in what a client is told': s =>
    `AUTH: Received control message: AUTH_FAILED,CRV1:R,E:${s}:YWxpY2U=:Code`,
  'the same, of a server': s =>
    `alice/198.18.0.2:1194 SENT CONTROL [alice]: 'AUTH_FAILED,CRV1:R,E:${s}:YWxpY2U=:Code' (status=1)`,
  'a challenge without its user': s => `AUTH: Received control message: AUTH_FAILED,CRV1:R,E:${s}`,
  'an answer to a challenge': s => `SENT CONTROL [server]: 'CR_RESPONSE,${base64(s)}' (status=1)`,
  'the same, as text': s => `WARNING: Received unknown control message: CR_RESPONSE,${s}`,
  'the same, at the server': s => `CR response was sent by client ('${base64(s)}')`,
  'a page to sign in': s => `Info command was pushed by server ('WEB_AUTH::https://host/${s}')`,
  'a page to sign in, encoded': s =>
    `Info command was pushed by server ('WEB_AUTH:hidden:https://host/?s=${encodeURIComponent(s)}')`,
  'a page to sign in, of the server': s =>
    `alice/[::1]:9 SENT CONTROL [alice]: 'INFO_PRE,WEB_AUTH:proxy,hidden:https://host/${s}' (status=1)`,
  'a page of the older kind': s => `Info command was pushed by server ('OPEN_URL:https://host/${s}')`,
  'a token that is pushed': s =>
    `PUSH: Received control message: 'PUSH_REPLY,ping 2,auth-token ${s},peer-id 0'`,
  'a token at the end of what is pushed': s =>
    `SENT CONTROL [alice]: 'PUSH_REPLY,route 10.0.0.0,auth-token ${s}' (status=1)`,
  'a token that is made (2.4)': s => `Generated token for client: ${word(s)}`,
  'a token that is made': s => `Generated token for client: SESS_ID_AT_${word(s)} (alice)`,
  'a token among the parameters': s => `  push_entry = 'auth-token ${s}'`,
  'a token that is filtered': s => `Pushed option removed by filter: 'auth-token ${s}'`,
  'a token that cannot be pushed': s =>
    `PUSH OPTION FAILED (illegal comma (',') in string): 'auth-token a,${s}'`,
  'an id of a session': s => `PUSH: Received control message: 'PUSH_REPLY,echo SESS_ID_${word(s)},ping 1'`,
  'the environment': s => `ENV [11] 'password=${s}'`,
  'the environment, another': s => `alice/1.2.3.4:5 ENV [2] 'auth_token=${s}'`,
  'the environment, a session': s => `ENV [2] 'session_id=${base64(s)}'`,
  'the environment, keys': s => `ENV [2] 'exported_keying_material=${hex(s)}'`,
  'the environment of a plug-in': s => `ENVP[3] = 'password=${s}'`,
  'what a client says of itself': s => `peer info: UV_API_TOKEN=${s}`,
  'a static challenge': s => `ENV [1] 'x=SCRV1:${base64(s)}:${base64(s)}'`,
  'a command': s => `MANAGEMENT: CMD 'cr-response ${base64(s)}'`,
  'a command in quotes': s => `MANAGEMENT: CMD '"needstr"  "name" "${escaped(s)}"'`,
  'a command that is none': s => `MANAGEMENT: CMD '${s}'`,
  'a page in a command': s =>
    `MANAGEMENT: CMD 'client-pending-auth 0 1 "WEB_AUTH::https://host/${escaped(s)}" 60'`,
  'a challenge in a command': s =>
    `MANAGEMENT: CMD 'client-deny 0 1 "reason" "CRV1:R:${escaped(s)}:YQ==:Code"'`,
  'credentials for a proxy': s => `Send to HTTP proxy: 'Proxy-Authorization: Basic ${base64(`user:${s}`)}'`,
  'credentials for a proxy, NTLM': s => `Send to HTTP proxy: 'Proxy-Authorization: NTLM ${base64(s)}'`,
  'credentials for a proxy, digest': s =>
    `Send to HTTP proxy: 'Proxy-Authorization: Digest username="a", realm="b", response="${s}"'`,
  'a header for a proxy': s => `Send to HTTP proxy: 'X-Api-Key: ${s}'`,
  'a header among the parameters': s => `  custom_header[0] = Cookie: ${s}`,
  'a header in one piece': s => `  custom_header[1] = ${s}`,
  'a key of the data channel': s => `Outgoing Data Channel: CIPHER KEY: ${grouped(s)}`,
  another: s => `Incoming Data Channel: HMAC KEY: ${grouped(s)}`,
  'keys (2.4)': s => `Master Encrypt (cipher): ${grouped(s)}`,
  keys: s => `Master Decrypt (hmac, SHA256, 256 bits): ${grouped(s)}`,
  'what keys are made of': s => `Client pre_master: ${grouped(s)}`,
  'what keys are made of, 2': s => `Server random1: ${grouped(s)}`,
  'what keys are made of, 3': s => `Cipher source entropy: ${grouped(s)}`,
  'a step to keys': s => `tls1_P_hash sec: ${grouped(s)}`,
  'the last step': s => `tls1_PRF out[72]: ${grouped(s)}`,
  'a key for DES (2.4)': s => `CRYPTO INFO: fixup_key: before=${grouped(s)} after=${grouped(s)}`,
  'keys for other programs': s => `export_user_keying_material: exported keying material: ${hex(s)}`,
  'a client key': s => `tls_crypt_v2_unwrap_client_key: unwrapping client key (len=9): ${grouped(s)}`,
  'a packet': s => `DECRYPT TO: ${grouped(s)} [more...]`,
  'a packet of the control channel': s =>
    `UDPv4 WRITE [114] to [AF_INET]198.18.0.1:1194: P_CONTROL_V1 kid=0 DATA ${grouped(s)}`,
  'a control message in hex': s => `WARNING: Received control with invalid characters: ${grouped(s)}`,
  'a parameter that is too long': s => `Options error: Parameter at TCP:0 is too long (256 chars max): ${s}`,
  'a line that is too long': s =>
    `In [CONFIG-STRING]:3: Maximum option line length (256) exceeded, line starts with ${s}`,
  'a build for debugging': s => `GET_USER_PASS Auth u='alice' p='${s}'`,
};

/** Notifications but those of the log. */
export const notifications: Readonly<Record<string, Place>> = {
  'the password of a client': s => `>CLIENT:ENV,password=${s}`,
  'a token of a client': s => `>CLIENT:ENV,auth_token=${s}`,
  'the session of a token': s => `>CLIENT:ENV,session_id=${base64(s)}`,
  'keys for other programs': s => `>CLIENT:ENV,exported_keying_material=${hex(s)}`,
  'keys of a tunnel': s => `>UPDOWN:ENV,exported_keying_material=${hex(s)}`,
  'what a client says of itself': s => `>CLIENT:ENV,UV_DEVICE_SECRET=${s}`,
  'a static challenge': s => `>CLIENT:ENV,username=SCRV1:${base64(s)}:${base64(s)}`,
  'an answer of a client': s => `>CLIENT:CR_RESPONSE,0,1,${base64(s)}`,
  'a token for later': s => `>PASSWORD:Auth-Token:${s}`,
  'a challenge': s => `>PASSWORD:Verification Failed: 'Auth' ['CRV1:R,E:${s}:YWxpY2U=:Code']`,
  'a challenge without flags': s => `>PASSWORD:Verification Failed: 'Auth' ['CRV1::${s}:YWxpY2U=:Code']`,
  'a page to sign in': s => `>INFOMSG:WEB_AUTH::https://host/${s}`,
  'a page to sign in, encoded': s => `>INFOMSG:WEB_AUTH:external:https://host/?q=${encodeURIComponent(s)}`,
  'a page of the older kind': s => `>INFOMSG:OPEN_URL:https://host/${s}`,
  'a page of another kind': s => `>INFOMSG:WEB_LOGIN::https://host/${s}`,
  'the end': s => `>FATAL:Options error: Parameter at x:1 is too long (256 chars max): ${s}`,
};

/** What a program sends; a body follows its command. */
export const commands: Readonly<Record<string, Place>> = {
  'a password': s => `password "Auth" "${escaped(s)}"`,
  'a password in single quotes': s => `'password' 'Private Key' '${s.replace(/'/g, '')}'`,
  'an answer': s => `cr-response ${base64(s)}`,
  'an answer in quotes': s => `"cr-response" "${escaped(s)}"`,
  'a string': s => `needstr name ${s.replace(/["'\\ ]/g, '\\$&')}`,
  'a page': s => `client-pending-auth 0 1 "OPEN_URL:https://host/${escaped(s)}" 60`,
  'a challenge': s => `client-deny 0 1 reason "CRV1:R,E:${escaped(s)}:YQ==:Code"`,
  'a token': s => `client-auth 0 1\r\npush "auth-token ${escaped(s)}"\r\nEND`,
  'a password in base64': s => `password "Auth"\r\n${base64(s)}\r\nEND`,
  'what is no command': s => s,
  'what begins as a comment, where a secret belongs': s => `password Auth #${s}`,
  'a quotation without an end': s => `password "Auth" "${escaped(s)}`,
};

/** What a daemon says of a command that it does not take. */
export const errors: Readonly<Record<string, Place>> = {
  'no command': s => `ERROR: unknown command [${s}], enter 'help' for more options`,
  'another question': s => `ERROR: password of type '${s}' entered, but we need one of type 'Auth'`,
};
