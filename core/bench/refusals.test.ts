import { describe, expect, it } from 'vitest';
import { type BrokerRefusal, createRefusals, type RefusedEvent } from './refusals.ts';

/** A refusal bench whose second is over when the test says so. */
function aDoor() {
  const over: (() => void)[] = [];
  const closing = new AbortController();
  const told: BrokerRefusal[] = [];
  const clock = { sleep: () => new Promise<void>((resolve) => over.push(resolve)) };
  const refusals = createRefusals(clock, closing.signal);
  refusals.onRefused((refusal) => told.push(refusal));
  const refuse = (event: Partial<RefusedEvent>, address = ''): void => {
    const base = { kind: 'refused', at: 0, clientId: '', user: '', detail: 'no' } as const;
    refusals.tell({ ...base, ...event }, () => address);
  };
  const secondOver = async (): Promise<void> => {
    for (const end of over.splice(0)) end();
    await Promise.resolve();
  };
  return { told, refuse, secondOver };
}

describe('what the broker refuses, as it is told', () => {
  it('tells the first five of a flood, and then how many more', async () => {
    const { told, refuse, secondOver } = aDoor();
    const wrong = { code: 'BAD_LOGIN', user: 'bob', address: '10.0.0.7' } as const;
    for (let times = 0; times < 10_000; times += 1) refuse(wrong);
    refuse({ ...wrong, address: '10.0.0.8' });
    expect(told).toHaveLength(6);
    await secondOver();
    expect(told).toHaveLength(7);
    expect(told.at(-1)).toMatchObject({ code: 'BAD_LOGIN', address: '10.0.0.7', more: 9_995 });
    refuse(wrong);
    expect(told.at(-1)).not.toHaveProperty('more');
    expect(told).toHaveLength(8);
  });

  it('tells no more of a flood from made-up addresses', async () => {
    const { told, refuse, secondOver } = aDoor();
    for (let index = 0; index < 10_000; index += 1) {
      refuse({ code: 'BAD_LOGIN', address: `fd00::${index.toString(16)}` });
    }
    await secondOver();
    expect(told.length).toBeLessThan(100);
  });

  it('names the address where the reason does not, and in place of a name that is missing', () => {
    const { told, refuse } = aDoor();
    const code = 'PROTOCOL';
    refuse({ code, address: '10.0.0.7', detail: ': MQTT 5 is not spoken here' });
    refuse({ code, address: '10.0.0.7', detail: '10.0.0.7: hung up' });
    const topic = { topic: 'a/b', aclLine: 3, clientId: 'c', user: 'bob' };
    refuse({ code: 'ACL_DENIED', detail: 'bob may not write a/b', ...topic }, '10.0.0.9');
    expect(told).toMatchObject([
      { reason: '10.0.0.7: MQTT 5 is not spoken here' },
      { reason: '10.0.0.7: hung up' },
      { reason: 'bob may not write a/b (from 10.0.0.9)', address: '10.0.0.9', ...topic },
    ]);
  });
});
