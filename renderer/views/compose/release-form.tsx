import { Collapse, NumberInput, Select, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { editDraft, useCompose } from '../../state/compose.store.ts';
import { ecuOf, useVehicles } from '../../state/vehicles.store.ts';
import { algorithmChoices, asAlgorithm } from '../../ui/algorithms.ts';
import { count } from '../../ui/format.ts';

export function ReleaseForm(): ReactNode {
  const form = useCompose((store) => store.form);
  const [open, setOpen] = useState(false);
  return (
    <section className="panel" aria-label={t('compose:form')}>
      <div className="panel-head">
        <h2>{t('compose:release.title')}</h2>
      </div>
      <div className="panel-body fields">
        <TextInput
          label={t('compose:release.version')}
          placeholder="3.0.1"
          maxLength={64}
          data-testid="compose-version"
          classNames={{ input: 'mono' }}
          value={form.version}
          onChange={(event) => {
            editDraft({ version: event.currentTarget.value });
          }}
        />
        <Textarea
          label={t('compose:release.description')}
          placeholder={t('compose:release.changes')}
          maxLength={2_000}
          autosize
          minRows={2}
          maxRows={6}
          data-testid="compose-description"
          value={form.description}
          onChange={(event) => {
            editDraft({ description: event.currentTarget.value });
          }}
        />
        <UnstyledButton
          className="advanced-toggle"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <IconChevronRight size={14} aria-hidden className="chevron" />
          {t('compose:release.advanced')}
        </UnstyledButton>
        <Collapse expanded={open} keepMounted={false}>
          <Advanced />
        </Collapse>
      </div>
    </section>
  );
}

function Advanced(): ReactNode {
  const form = useCompose((store) => store.form);
  const standard = useBench((store) => store.bench?.settings.algorithm);
  const ecu = useVehicles((store) =>
    form.vin && form.ecuId ? ecuOf(store, form.vin, form.ecuId) : null,
  );
  const installed = ecu?.banks.find((bank) => bank.bank === ecu.activeBank)?.releaseCounter;
  const next =
    installed == null
      ? t('compose:release.automatic')
      : t('compose:release.automaticNext', { counter: count(installed + 1) });
  return (
    <div className="fields">
      <div className="pair">
        <NumberInput
          label={t('compose:release.counter')}
          description={t('compose:release.counterSays')}
          placeholder={next}
          min={0}
          allowDecimal={false}
          value={form.releaseCounter ?? ''}
          onChange={(value) => {
            editDraft({ releaseCounter: typeof value === 'number' ? value : null });
          }}
        />
        <NumberInput
          label={t('compose:release.lifetime')}
          description={t('compose:release.lifetimeSays')}
          min={10}
          max={31_536_000}
          allowDecimal={false}
          value={form.expiresInSeconds}
          onChange={(value) => {
            if (typeof value === 'number') editDraft({ expiresInSeconds: value });
          }}
        />
      </div>
      <Select
        label={t('compose:release.algorithm')}
        description={t('compose:release.algorithmSays')}
        data={[
          {
            value: '',
            label: standard
              ? t('compose:release.asSettingsNow', { algorithm: standard })
              : t('compose:release.asSettings'),
          },
          ...algorithmChoices(),
        ]}
        value={form.algorithm ?? ''}
        onChange={(value) => {
          editDraft({ algorithm: asAlgorithm(value) });
        }}
      />
    </div>
  );
}
