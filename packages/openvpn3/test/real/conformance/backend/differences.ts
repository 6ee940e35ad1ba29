import type { Allowances } from './expectation.ts';

const refusedBy = (quark: string, domain: string, text: string): string =>
  `org.gtk.GDBus.UnmappedGError.Quark._${quark}.Code36 | GDBus.Error:${domain}: ${text}`;
const notReady = refusedBy(
  'net_2eopenvpn_2ev3_2eerror_2eready',
  'net.openvpn.v3.error.ready',
  'Missing user credentials',
);
const notProvided = refusedBy(
  'net_2eopenvpn_2ev3_2eerror_2eclient',
  'net.openvpn.v3.error.client',
  'Required user input not provided',
);
const invalidArgs = 'org.freedesktop.DBus.Error.InvalidArgs |';
const configured = 'StatusChange CONNECTION CFG_OK "config_path=/net/openvpn/v3/configuration/N"';
const changed = (value: string) => `PropertiesChanged ["net.openvpn.v3.backends",{${value}},[]]`;
const wrongPassphrase = 'The passphrase does not open the private key; provide another and connect again';
const notFetched =
  'Configuration profile /net/openvpn/v3/configuration/N could not be fetched: Object does not exist at path ' +
  '“/net/openvpn/v3/configuration/N”';
const noDevice = 'ERROR: Cannot ioctl TUNSETIFF tun: Operation not permitted (errno=1)';
const noCapability =
  'The OpenVPN daemon lacks the capability CAP_NET_ADMIN to make its tunnel device; let the service ' +
  `net.openvpn.v3.backends be started as root, or run 'setcap cap_net_admin+ep' on openvpn (${noDevice})`;

/** Where ours is meant to be another one than the deployed program, and where either is not the same in every run. */
export const allowances: Allowances = {
  differences: [
    {
      why: 'the daemon makes its device itself: no object of the network configuration service stands for it',
      rules: [
        [/^Log CLIENT VERB2 "Virtual interface created at .*$/],
        [/(device_path -> OK )"\/net\/openvpn\/v3\/netcfg\/N"$/, '$1"/"'],
        [/^Log CLIENT CRIT "Failed changing DNS Scope: .*$/],
      ],
    },
    {
      why: 'the daemon does not resolve a server that the profile names by its address',
      rules: [[/^Log CLIENT VERB2 "Resolving"$/]],
    },
    {
      why: 'an openvpn daemon does not count the packets of its transport',
      rules: [[/(?:,"PACKETS_(?:IN|OUT)":"N")+/, '']],
    },
    {
      why: 'without persist-tun a daemon has no device while it is paused',
      recordings: ['probes/connected'],
      behind: /^StatusChange CONNECTION CONN_PAUSED /,
      rules: [[/^Get device_name -> OK "tunN"$/, 'Get device_name -> OK ""']],
    },
    {
      why: 'what was written to dco can be read until there is a device, which is offloaded or not',
      recordings: ['probes/property-writes2'],
      behind: /^Set dco true -> /,
      before: /^Set dco false -> /,
      rules: [[/^(Get dco -> OK) false$/, '$1 true']],
    },
    {
      why: 'what was written to dco can be read until there is a device, which is offloaded or not',
      recordings: ['probes/connected'],
      rules: [[/^(PropertiesChanged .*"dco":)true/, '$1false']],
    },
    {
      why: 'what was written to dco can be read until there is a device, which is offloaded or not',
      recordings: ['probes/connected'],
      behind: /^StatusChange CONNECTION CONN_PAUSED /,
      rules: [[/^(Get dco -> OK) false$/, '$1 true']],
    },
    {
      why: 'a log level above 6 is refused, where the deployed program dies of it: all that follows is an answer',
      recordings: ['probes/property-writes'],
      rules: [
        [/^(Set log_level 7 ->) .*$/, `$1 ${invalidArgs} The log level 7 is higher than 6`],
        [/^(Set log_level 99 ->) .*$/, `$1 ${invalidArgs} The log level 99 is higher than 6`],
        [/^(Get log_level ->) .*ServiceUnknown.*$/, '$1 OK 6'],
        [
          /^(Set log_level "x" ->) .*$/,
          `$1 ${invalidArgs} Error setting property “log_level”: Expected type “u” but got “s”`,
        ],
        [/^(Set log_level 2 ->) .*$/, '$1 OK', changed('"log_level":2')],
        [/^(Set dco "True" ->) .*$/, '$1 OK', changed('"dco":true')],
        [/^(Get dco ->) .*$/, '$1 OK true'],
        [/^(Set dco "False" ->) .*$/, '$1 OK', changed('"dco":false')],
        [/^(Set nosuch "v" ->) .*$/, `$1 ${invalidArgs} No such property “nosuch”`],
        [/^(Set (\w+) \S+ ->) .*ServiceUnknown.*$/, `$1 ${invalidArgs} Property “$2” is not writable`],
        [/^name lost$/],
      ],
    },
    {
      why: 'a password in UTF-8 arrives as it is, where the deployed program drops all that is not ASCII',
      recordings: ['probes/nonascii'],
      rules: [
        [/for 'alice'/, "for 'utf8'"],
        [
          /^Log CLIENT VERB1 "Authentication failed"$/,
          `Log CLIENT VERB2 "Session name: 'ADDRESS'"`,
          'Log CLIENT INFO "Connected: utf8@ADDRESS (ADDRESS) via /UDP on tun/ADDRESS/ gw=[ADDRESS/] mtu=1500"',
        ],
        [/^StatusChange CONNECTION CONN_AUTH_FAILED .*$/, 'StatusChange CONNECTION CONN_CONNECTED ""'],
        [
          /^StatusChange CONNECTION CONN_DISCONNECTING ""$/,
          '$&',
          'StatusChange CONNECTION CONN_DISCONNECTED ""',
          'Log CLIENT INFO "Disconnected"',
        ],
      ],
    },
    {
      why: 'a refused user is asked for another password, where nothing helps the deployed program any more',
      behind: /^StatusChange CONNECTION CONN_AUTH_FAILED /,
      rules: [
        [/^Ready\(\) -> OK$/, `Ready() -> ${notReady}`],
        [/^(UserInputQueueGetTypeGroup\(\) -> OK) \[\]$/, '$1 [[1,1]]'],
        [/^Connect\(\) -> OK$/, `Connect() -> ${notProvided}`, configured],
      ],
    },
    {
      why: 'a refused user is asked for another password, where nothing helps the deployed program any more',
      rules: [
        [
          /^StatusChange CONNECTION CONN_AUTH_FAILED .*$/,
          '$&',
          'AttentionRequired [1,1,"Username/password credentials needed"]',
        ],
      ],
    },
    {
      why: 'another passphrase is asked for, where the deployed program tries the same again',
      behind: /^StatusChange CONNECTION CONN_FAILED "PKey::parse_pem: /,
      rules: [
        [/^Ready\(\) -> OK$/, `Ready() -> ${notReady}`],
        [/^Connect\(\) -> OK$/, `Connect() -> ${notProvided}`],
        [/^Log CLIENT INFO "Starting connection"$/],
        [/^Log CLIENT VERB2 "Using DNS resolver scope: global"$/],
        [/^StatusChange CONNECTION CONN_CONNECTING ""$/],
        [/^Log CLIENT ERROR "Connection failed: .*$/],
        [/^StatusChange CONNECTION CONN_FAILED .*$/],
      ],
    },
    {
      why: 'a wrong passphrase is called one, and another is asked for',
      rules: [
        [
          /^(Log CLIENT ERROR "Connection failed: |Get status -> OK \[2,10,")PKey::[^"]*/,
          `$1${wrongPassphrase}`,
        ],
        [
          /^(StatusChange CONNECTION CONN_FAILED) "PKey::.*$/,
          `$1 "${wrongPassphrase}"`,
          'AttentionRequired [1,3,"Private key passphrase needed"]',
        ],
      ],
    },
    {
      why: 'says which profile could not be fetched and why, where the deployed program speaks of its main loop',
      recordings: ['probes/bad-config-path'],
      rules: [
        [/No main loop is running$/, notFetched],
        [/^Log CLIENT FATAL ".. EXCEPTION .*$/],
        [/(Failed to initialize client: )No configuration profile has been parsed/, `$1${notFetched}`],
      ],
    },
    {
      why: 'the daemon says why it has no device, before the session has a name',
      recordings: ['scenarios/tun-denied'],
      before: /^Log CLIENT CRIT "Failed configuring TUN device /,
      rules: [
        [/^Log CLIENT VERB2 "Session name: .*$/],
        [
          /^(StatusChange CONNECTION CONN_FAILED) ""$/,
          `Log CLIENT FATAL "${noDevice}"`,
          `$1 "${noCapability}"`,
        ],
        [/^Log CLIENT CRIT "Failed configuring TUN device .*$/],
      ],
    },
    {
      why: 'whoever owns the name of the session manager next is told of the process, and its status',
      recordings: ['probes/sm-dies'],
      rules: [
        [
          /^Ping\(\) -> OK true$/,
          '$&',
          'RegistrationRequest ["net.openvpn.v3.backends.beN","string","number"]',
          'StatusChange CONNECTION CONN_CONNECTED ""',
        ],
      ],
    },
    {
      why: 'SIGUSR1, with which anybody of the same user could start the debugger of Node, is blocked',
      recordings: ['probes/sigusr1'],
      rules: [[/^exit$/, 'alive'], [/^name lost$/]],
    },
    {
      why: 'nothing is sent to a session manager that has lost its name',
      recordings: ['scenarios/sessionmgr-killed'],
      rules: [[/^StatusChange CONNECTION CONN_DISCONNECTED ""$/], [/^Log CLIENT INFO "Disconnected"$/]],
    },
  ],
  unsteady: [
    {
      line: /^Log CLIENT \w+ "\[Core\] /,
      why: 'what the daemon says is logged at its own level, where the core of the deployed program is always DEBUG',
    },
    {
      line: /^Get statistics -> OK \{"AUTH_FAILED":1/,
      why: 'a daemon tells its counters once a second, and none while it waits for another password',
    },
    {
      line: /^Log CLIENT VERB2 "Retrieving configuration from server"$/,
      why: 'told only when the server has not pushed its configuration yet',
    },
  ],
};
