import type { SpotlightActionData } from '@mantine/spotlight';
import { IconBolt, IconFilePlus, IconFlask, IconPlugX, type TablerIcon } from '@tabler/icons-react';
import type { ScenarioView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { runBatch } from '../../state/lab-batch.store.ts';
import { useLab } from '../../state/lab.store.ts';
import {
  blankScenario,
  closeDraft,
  openDraft,
  useDraft,
} from '../../state/scenario-draft.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { wordsOf } from '../lab/words.ts';

type Run = (command: (client: Client) => Promise<unknown>) => void;

type Said = 'scenarios' | 'attacks' | 'faults' | 'new';
const said = (id: Said): readonly [string, string] => [
  t(`shell:lab.${id}.label`),
  t(`shell:lab.${id}.says`),
];

/** The palette's way into the Lab: its parts, everything at once, and each scenario by its name. */
export function labActions(scenarios: readonly ScenarioView[], run: Run): SpotlightActionData[] {
  const idsOf = (kind: ScenarioView['kind']): string[] =>
    scenarios.filter((each) => each.kind === kind).map(({ id }) => id);
  const entry = (
    id: string,
    [label, description]: readonly [string, string],
    Icon: TablerIcon,
    onClick: () => void,
  ): SpotlightActionData => ({
    ...{ id: `lab-${id}`, label, description, onClick },
    leftSection: <Icon size={18} stroke={1.7} />,
  });
  return [
    entry('scenarios', said('scenarios'), IconFlask, () => {
      showScreen('lab', 'scenarios');
      run((client) => runBatch(client, 'scenario', idsOf('scenario')));
    }),
    entry('attacks', said('attacks'), IconBolt, () => {
      showScreen('lab', 'attacks');
      run((client) => runBatch(client, 'attack', idsOf('attack')));
    }),
    entry('faults', said('faults'), IconPlugX, () => {
      showScreen('lab', 'faults');
    }),
    entry('new', said('new'), IconFilePlus, () => {
      showScreen('lab', 'scenarios');
      // What somebody works on is not thrown away for it.
      if (useDraft.getState().draft === null) openDraft('my-scenario.json', blankScenario);
    }),
    ...scenarios
      .map((scenario) => ({ ...scenario, ...wordsOf(scenario) }))
      .map(({ id, kind, title }) =>
        entry(
          `run-${id}`,
          [t(kind === 'attack' ? 'shell:lab.attack' : 'shell:lab.run', { title }), id],
          kind === 'attack' ? IconBolt : IconFlask,
          () => {
            if (kind === 'attack') {
              useLab.setState({ attackId: id });
              showScreen('lab', 'attacks');
            } else {
              useLab.setState({ scenarioId: id, search: '', tag: null });
              if (useDraft.getState().draft?.changed !== true) closeDraft();
              showScreen('lab', 'scenarios');
            }
            run((client) => client.lab.run({ id }));
          },
        ),
      ),
  ];
}
