// Which Node.js runs the programs of the packages, and the tasks of this repository: this is decided here alone.
// It is read by whatever Node.js a machine has, so it is written in the words of 2015. It loads what it needs when it
// needs it, because every start of a program passes here.
'use strict';

/** `22.18`, from the manifest. */
const needed = require('../package.json').engines.node.replace('>=', '');

/** Whether the Node.js that runs this is young enough. */
function isSuitable() {
  const parts = text => text.split('.').map(Number);
  const [major, minor] = parts(process.versions.node);
  const [leastMajor, leastMinor] = parts(needed);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The root of the repository that this file is in, or undefined where it is an installed package. */
function repository() {
  const root = join(__dirname, '..', '..', '..');
  return exists(join(root, 'scripts', 'run.cjs')) ? root : undefined;
}

/**
 * The Node.js that `npm ci` brings to the repository, by its path: of several packages that have a program `node`, npm
 * before 11.6 removes the link in node_modules/.bin together with those that are for other systems. Undefined when there
 * is none that runs here.
 */
function packagedNode() {
  const root = repository();
  if (root === undefined) return undefined;
  const windows = process.platform === 'win32';
  const system = `${windows ? 'win' : process.platform}-${process.arch}`;
  return [`node-${system}`, `node-bin-${system}`]
    .map(name => join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node'))
    .find(path => exists(path) && runs(path));
}

/** The Node.js for tasks of the repository: its own, or this one; undefined when neither will do. */
function suitableNode() {
  return packagedNode() || (isSuitable() ? process.execPath : undefined);
}

/** Ends this process with a sentence that says what the program needs. */
function refuse(program) {
  const root = repository();
  const how = root === undefined ? '' : `, or run 'npm ci' in ${root}, which brings one`;
  fail(
    program,
    `this needs Node.js ${needed} or later, and ${process.execPath} is ${process.versions.node}; install a newer one${how}`,
  );
}

/** Runs a program in this one's place: same terminal, same signals. Gives how it ended. */
function stepAside(program, args, options) {
  const child = load('child_process').spawn(program, args, Object.assign({ stdio: 'inherit' }, options));
  // A terminal sends these to the child itself, and a second one would end it at once.
  const wait = () => {};
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGHUP', wait).on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      process.removeListener('SIGINT', wait).removeListener('SIGHUP', wait).removeListener('SIGTERM', pass);
      resolve({ code, signal });
    });
  });
}

/** Ends this process as a program ended in its place. */
function endAs(end) {
  if (end.signal === null) process.exit(end.code);
  process.kill(process.pid, end.signal);
}

/** Goes on in another Node.js, and ends as that does. */
function continueIn(node, args) {
  stepAside(node, args).then(endAs, error => fail('ovpnkit', error.message));
}

/**
 * Runs a program of a package: with this Node.js when it is young enough, or else with the one of the repository.
 * `begin` loads the file `built` of the package, and gives a promise.
 */
function runProgram(program, built, begin) {
  if (!isSuitable()) {
    const node = packagedNode();
    if (node === undefined) refuse(program);
    else continueIn(node, process.argv.slice(1));
    return;
  }
  begin().catch(error => {
    if (exists(built)) throw error;
    const root = repository();
    fail(
      program,
      `${built} is missing; ${root === undefined ? 'install it again' : `run 'npm run build' in ${root}`}`,
    );
  });
}

function fail(program, text) {
  process.stderr.write(`${program}: ${text}\n`);
  process.exit(1);
}

// Node.js before 14.18 knows no `node:` names.
const load = name => require(name);
const join = (...parts) => load('path').join(...parts);
const exists = path => load('fs').existsSync(path);
const runs = path => load('child_process').spawnSync(path, ['--version']).status === 0;

module.exports = { continueIn, endAs, fail, refuse, runProgram, stepAside, suitableNode };
