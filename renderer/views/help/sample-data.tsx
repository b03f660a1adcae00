import { Button, Loader } from '@mantine/core';
import { IconDatabaseImport, IconTrash } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { SampleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { followSample, useSample } from '../../state/sample.store.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

const load = (client: Client): Promise<unknown> => client.sample.load();

/** One click for something to look at on every screen, and one that takes it away again. */
export function SampleData(): ReactNode {
  const sample = useSample((store) => store.sample);
  const [removed, setRemoved] = useState<'cleared' | 'kept' | null>(null);
  const workspace = useWorkspace();
  useEffect(followSample, []);
  const loading = useCommand(load);
  const [remove] = useState(() => async (client: Client): Promise<void> => {
    setRemoved((await client.sample.remove()).traffic);
  });
  const removing = useCommand(remove);
  if (sample === null) return null;
  return (
    <section className="panel help-try" aria-labelledby="help-sample" data-testid="sample">
      <h2 id="help-sample">{t('help:sample.title')}</h2>
      <p>{t('help:sample.says')}</p>
      {sample.kind === 'none' ? (
        <Button
          leftSection={<IconDatabaseImport size={16} aria-hidden />}
          onClick={() => {
            setRemoved(null);
            void loading.run();
          }}
          data-testid="sample-load"
        >
          {t('help:sample.load')}
        </Button>
      ) : null}
      {sample.kind === 'loaded' ? (
        <Button
          variant="default"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => void removing.run()}
          data-testid="sample-remove"
        >
          {t('help:sample.remove')}
        </Button>
      ) : null}
      {sample.kind === 'none' ? <CopyCommand command={cli.sample(workspace)} /> : null}
      {sample.kind === 'loaded' ? <CopyCommand command={cli.removeSample(workspace)} /> : null}
      <p role="status" className="help-sample-says" data-kind={sample.kind}>
        {sample.kind === 'loading' || sample.kind === 'removing' ? <Loader size={14} /> : null}{' '}
        {says(sample, removed)}
      </p>
      {[loading, removing].map(({ state, dismiss }, index) =>
        state.kind === 'refused' ? (
          <Refusal key={index} refusal={state.refusal} onClose={dismiss} />
        ) : null,
      )}
    </section>
  );
}

function says(sample: SampleView, removed: 'cleared' | 'kept' | null): string {
  switch (sample.kind) {
    case 'none':
      return removed === null ? '' : t(`help:sample.removed.${removed}`);
    case 'loading':
      return t(`help:sample.loading.${sample.note}`);
    case 'removing':
      return t(`help:sample.removing.${sample.note}`);
    case 'loaded':
      return sample.incomplete
        ? t('help:sample.incomplete')
        : t('help:sample.loaded', { vins: sample.vins.join(', '), count: sample.releases });
  }
}
