import { useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  IconLanguage,
  IconMoon,
  IconPlayerPlay,
  IconPlayerStop,
  IconRouteSquare,
  IconSearch,
  IconSun,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { ScenarioView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { chooseLanguage, languageChoices } from '../../state/language.store.ts';
import { useLab } from '../../state/lab.store.ts';
import { NOT_CONNECTED, RefusedHere, toRefusal } from '../../state/refusal.ts';
import { screens, showScreen } from '../../state/screen.store.ts';
import { focusUpdate } from '../../state/updates.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { labActions } from './lab-actions.tsx';
import { screenWords } from './screens.tsx';
import { trustActions } from './trust-actions.tsx';
import { vehicleActions } from './vehicle-actions.tsx';

const ICON = { size: 18, stroke: 1.7 } as const;

/** More than these nobody reads: another letter tells them apart. */
const MOST_LISTED = 40;

/** Ctrl/Cmd+K: every screen and every command of the bench by name. */
export function Palette(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const [isOpen, setOpen] = useState(false);
  // A thousand vehicles that tell news, and words for all of this, are no work while nobody looks.
  const vehicles = useVehicles((store) => (isOpen ? store.vehicles : null));
  const scenarios = useLab((store) => (isOpen ? store.scenarios : null));
  const actions = isOpen ? actionsOf(vehicles ?? [], scenarios ?? [], setColorScheme) : [];
  return (
    <Spotlight
      actions={actions}
      limit={MOST_LISTED}
      // There at once, and gone at once: while it faded, the next press met the last one's words.
      transitionProps={{ duration: 0 }}
      // A blur of all that is behind costs a frame for each letter where no graphics card draws.
      overlayProps={{ blur: 0, backgroundOpacity: 0.5 }}
      onSpotlightOpen={() => {
        setOpen(true);
      }}
      onSpotlightClose={() => {
        setOpen(false);
      }}
      shortcut={['mod + K', 'mod + P']}
      // Also while one types: that is when the hands are on the keys.
      tagsToIgnore={[]}
      nothingFound={t('shell:palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      lockScroll={false}
      searchProps={{
        leftSection: <IconSearch {...ICON} />,
        placeholder: t('shell:palette.placeholder'),
        'aria-label': t('shell:nav.findCommand'),
      }}
    />
  );
}

function actionsOf(
  vehicles: readonly VehicleView[],
  scenarios: readonly ScenarioView[],
  setColorScheme: (scheme: 'light' | 'dark') => void,
): SpotlightActionData[] {
  return [
    ...screens.map((screen): SpotlightActionData => {
      const { name, says, icon: Icon } = screenWords(screen);
      return {
        id: `screen-${screen}`,
        label: t('shell:palette.goTo', { screen: name }),
        description: says,
        leftSection: <Icon {...ICON} />,
        onClick: () => {
          showScreen(screen);
        },
      };
    }),
    {
      id: 'demo',
      label: t('shell:palette.demo.label'),
      description: t('shell:palette.demo.says'),
      leftSection: <IconRouteSquare {...ICON} />,
      onClick: () => {
        showScreen('bench');
        void command(async (client) => {
          focusUpdate((await client.demo.run()).updateId);
        });
      },
    },
    {
      id: 'start',
      label: t('shell:palette.start.label'),
      description: t('shell:palette.start.says'),
      leftSection: <IconPlayerPlay {...ICON} />,
      onClick: () => {
        void command((client) => client.bench.start({ roles: ['broker', 'backend', 'dcu'] }));
      },
    },
    {
      id: 'stop',
      label: t('shell:palette.stop.label'),
      description: t('shell:palette.stop.says'),
      leftSection: <IconPlayerStop {...ICON} />,
      onClick: () => {
        void command((client) => client.bench.stop({ roles: ['dcu', 'backend', 'broker'] }));
      },
    },
    ...labActions(scenarios, (run) => void command(run)),
    ...trustActions(),
    ...vehicleActions(vehicles),
    {
      id: 'light',
      label: t('shell:palette.light'),
      leftSection: <IconSun {...ICON} />,
      onClick: () => {
        setColorScheme('light');
      },
    },
    {
      id: 'dark',
      label: t('shell:palette.dark'),
      leftSection: <IconMoon {...ICON} />,
      onClick: () => {
        setColorScheme('dark');
      },
    },
    ...languageChoices.map((language): SpotlightActionData => ({
      id: `language-${language}`,
      label: t(`shell:palette.language.${language}`),
      leftSection: <IconLanguage {...ICON} />,
      onClick: () => {
        chooseLanguage(language);
      },
    })),
  ];
}

async function command(run: (client: Client) => Promise<unknown>): Promise<void> {
  const { state } = useConnection.getState();
  try {
    if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
    await run(state.client);
  } catch (error) {
    notifications.show({ message: <Refusal refusal={toRefusal(error)} />, autoClose: false });
  }
}
