import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filterEnvironment } from '../../src/hub/environment-filter.ts';
import { linesOf, transcript } from '../recordings.ts';

/** The lines of the first event of this kind. */
function eventOf(lines: readonly string[], kind: string): string[] {
  const start = lines.findIndex(line => line.startsWith(`>CLIENT:${kind},`));
  assert.notEqual(start, -1, kind);
  return lines.slice(start, lines.indexOf('>CLIENT:ENV,END', start) + 1);
}

/** The names alone: the values are those of another connection. */
const namesOf = (event: readonly string[]): string[] => event.map(line => line.replace(/[=].*$|,\d.*$/s, ''));

const unfiltered = linesOf(transcript('server-04-client-life-client-auth'));
/** Only that client sent these. */
const isCommon = (line: string) => !/ENV,(?:IV_SSO|UV_DEVICE)=/.test(line);

describe('the environment of an event', () => {
  for (const level of [1, 2, 3])
    for (const kind of ['CONNECT', 'ESTABLISHED', 'DISCONNECT'])
      it(`is at level ${level} what a daemon sends in ${kind}`, () => {
        const recorded = eventOf(linesOf(transcript(`server-09-env-filter-${level}`)), kind);
        const filtered = filterEnvironment(eventOf(unfiltered, kind), level);
        assert.deepEqual(namesOf(filtered.filter(isCommon)), namesOf(recorded));
      });

  it('has what the client said of itself first, in its own order', () => {
    const [, first, second] = filterEnvironment(eventOf(unfiltered, 'CONNECT'), 3);
    assert.deepEqual([first, second], ['>CLIENT:ENV,IV_VER=2.6.14', '>CLIENT:ENV,IV_PLAT=linux']);
  });

  it('has the ID of a client of 2.8 among that, and nothing else that begins so', () => {
    const event = ['>CLIENT:CONNECT,0,1', '>CLIENT:ENV,IDLE=1', '>CLIENT:ENV,ID=5f', '>CLIENT:ENV,IV_VER=2.8_git', '>CLIENT:ENV,END']; // biome-ignore format: one line
    for (const level of [1, 2, 3])
      assert.deepEqual(filterEnvironment(event, level), [event[0], event[3], event[2], event[4]]);
  });

  it('has that in CR_RESPONSE too, but not at levels below 0', () => {
    const event = ['>CLIENT:CR_RESPONSE,0,1,eA==', '>CLIENT:ENV,n_clients=0', '>CLIENT:ENV,UV_A=1', '>CLIENT:ENV,IV_VER=2', '>CLIENT:ENV,X509_1_CN=ca', '>CLIENT:ENV,END']; // biome-ignore format: one line
    assert.deepEqual(filterEnvironment(event, 2), [event[0], event[3], event[2], event[5]]);
    assert.deepEqual(filterEnvironment(event, -1), [event[0], event[4], event[5]]);
  });

  it('is untouched at level 0, in events without one, and when an interface goes up', () => {
    for (const lines of [
      eventOf(unfiltered, 'CONNECT'),
      ['>UPDOWN:UP', '>UPDOWN:ENV,x=1', '>UPDOWN:ENV,END'],
    ])
      assert.deepEqual(filterEnvironment(lines, lines[0] === '>UPDOWN:UP' ? 3 : 0), lines);
    const address = ['>CLIENT:ADDRESS,0,10.8.0.2,1'];
    assert.deepEqual(filterEnvironment(address, 3), address);
    const empty = ['>CLIENT:DISCONNECT,0', '>CLIENT:ENV,END'];
    assert.deepEqual(filterEnvironment(empty, 1), empty);
  });
});
