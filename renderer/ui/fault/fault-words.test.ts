import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultView } from '#core/contract';
import { faultKinds } from '#core/faults';
import { setLanguage, textOrNull } from '../../i18n/index.ts';
import { choiceLabel, kindWords, parameterLabel, summaryOf } from './fault-words.ts';

const aFault = (fault: FaultView['fault'], summary: string): FaultView => ({
  ...{ faultId: 'f', vin: 'VIN1', state: 'armed', fired: 0, lastFiredAt: null },
  ...{ fault, summary },
});

describe('the words of faults', () => {
  beforeEach(() => setLanguage('en'));
  afterEach(() => setLanguage('en'));

  it.each(faultKinds())('$kind says in English what the bench says', (kind) => {
    const { title, summary, stoppedBy } = kind;
    expect(kindWords(kind)).toEqual({ title, summary, stoppedBy });
    for (const parameter of kind.parameters)
      expect(parameterLabel(parameter)).toBe(parameter.label);
  });

  it.each(faultKinds())('$kind has a word for each of its choices', ({ parameters }) => {
    const choices = parameters.flatMap(({ type }) => (type.kind === 'choice' ? type.choices : []));
    expect(choices.filter((each) => textOrNull(`lab:faultChoices.${each}`) === null)).toEqual([]);
  });

  it('tells a fault in German by its parameters, and in English by the bench’s sentence', () => {
    const cut = aFault(
      { kind: 'powerCut', at: { byte: 50_000, where: 'disk' }, offMs: 500 },
      'the power goes',
    );
    expect(summaryOf(cut, faultKinds())).toBe('The power goes.');
    setLanguage('de');
    expect(summaryOf(cut, faultKinds())).toBe(
      'Die Versorgung fällt mitten in etwas aus und kehrt zurück. ' +
        'Bei Byte: 50000 Byte, Gezählt in: Datenträger, Bleibt aus: 500 ms.',
    );
    expect(choiceLabel('disk')).toBe('Datenträger');
  });
});
