import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openLab } from '../index.ts';

const lab = openLab({
  version: '0.0.0',
  scenariosDir: fileURLToPath(new URL('../../../resources/scenarios', import.meta.url)),
});
const attacks = (await lab.list()).filter(({ kind }) => kind === 'attack');

// That each one is stopped is shown where the whole library is played.
describe('the attacks', () => {
  it.each([
    'arbitrary-software',
    'wrong-image',
    'rollback',
    'freeze',
    'replay',
    'mix-and-match',
    'partial-bundle',
    'endless-data',
    'slow-retrieval',
    'dropped-requests',
    'identity',
    'eavesdropping',
    'command',
    'notification',
  ])('have one of each kind: %s', (tag) => {
    expect(attacks.filter(({ tags }) => tags.includes(tag)).length).toBeGreaterThan(0);
  });

  it('say which check stops them, and what would happen without it', () => {
    for (const { id, attack } of attacks) {
      expect(attack?.stoppedBy.length, id).toBeGreaterThan(0);
      expect(attack?.without.length, id).toBeGreaterThan(40);
    }
  });

  it.for(attacks.filter(({ attack }) => attack?.counterfactual === true).map(({ id }) => id))(
    '%s does its harm where the check is left out',
    async (id) => {
      const unchecked = lab.withoutCheck(lab.read(await lab.text(id), id));
      const { state, failure, steps, stoppedBy } = await lab.play(unchecked, {});
      expect({ state, failure, stoppedBy }).toEqual({
        state: 'passed',
        failure: null,
        stoppedBy: [],
      });
      expect(steps.at(-1)?.title).toBe('The harm is done');
    },
  );

  it('that do not say how to leave their check out are not run without it', async () => {
    const scenario = lab.read(await lab.text('attack-client-id'));
    expect(() => lab.withoutCheck(scenario)).toThrow(/does not say how to leave its check out/);
  });
});
