import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAuthLease } from '../../src/hub/auth-lease.ts';

function createLease() {
  const holders: (string | undefined)[] = [];
  const lease = createAuthLease<string>(
    holder => holders.push(holder),
    session => session === 'admin',
  );
  const ask = (cid: bigint, kid = 1n) =>
    lease.asked({ cid, kid, question: [`>CLIENT:CONNECT,${cid},${kid}`] });
  const waiting = () => lease.waiting.map(({ cid, kid }) => `${cid},${kid}`);
  return { ...lease, lease, holders, ask, waiting };
}

const another = 'another session decides about clients';

describe('the lease to decide about clients', () => {
  it('goes to the first that comes, and on to the next when that one leaves', () => {
    const { lease, holders } = createLease();
    lease.join('a');
    lease.join('b');
    lease.join('c');
    lease.leave('b');
    assert.equal(lease.holder, 'a');
    lease.leave('a');
    lease.leave('c');
    assert.deepEqual(holders, ['a', 'c', undefined]);
  });

  it('lets only its holder answer, each client once', () => {
    const { lease, ask } = createLease();
    lease.join('a');
    lease.join('b');
    ask(0n);
    assert.equal(lease.refusal('b', 0n, 1n), another);
    assert.equal(lease.refusal('a', 0n, 1n), undefined);
    lease.decide(0n, 1n);
    assert.equal(lease.refusal('a', 0n, 1n), 'client 0 (key 1) has been answered already');
    assert.equal(lease.refusal('a', 0n, 3n), undefined);
    assert.deepEqual(lease.waiting, []);
  });

  it('lets an admin stand in while nobody has it, without taking it', () => {
    const { lease, ask, holders } = createLease();
    ask(0n);
    assert.equal(lease.refusal('admin', 0n, 1n), undefined);
    assert.equal(lease.refusal('other', 0n, 1n), another);
    lease.decide(0n, 1n);
    assert.deepEqual(holders, []);
    lease.join('a');
    assert.equal(lease.refusal('admin', 1n, 1n), another);
    assert.equal(lease.refusal('a', 0n, 1n), 'client 0 (key 1) has been answered already');
  });

  it('forgets an answer that the daemon did not take', () => {
    const { lease, ask, waiting } = createLease();
    lease.join('a');
    ask(0n);
    lease.decide(0n, 1n)();
    assert.deepEqual(waiting(), ['0,1']);
    lease.decide(7n, 1n)();
    assert.equal(lease.refusal('a', 7n, 1n), undefined);
    const takeBack = lease.decide(0n, 1n);
    lease.gone(0n);
    takeBack();
    assert.deepEqual(waiting(), []);
  });

  it('takes the same numbers for new when the daemon asks again', () => {
    const { lease, ask } = createLease();
    lease.join('a');
    ask(0n);
    lease.decide(0n, 1n);
    ask(0n);
    assert.equal(lease.refusal('a', 0n, 1n), undefined);
  });

  it('forgets clients that are gone, and all but the latest keys of one that stays', () => {
    const { lease, ask, waiting } = createLease();
    for (let kid = 1n; kid <= 1000n; kid++) {
      ask(5n, kid);
      lease.decide(5n, kid);
    }
    ask(5n, 1001n);
    ask(6n);
    assert.deepEqual(waiting(), ['5,1001', '6,1']);
    lease.gone(6n);
    lease.clear();
    assert.deepEqual(waiting(), []);
  });
});
