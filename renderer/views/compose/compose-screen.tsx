import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { BundlePanel } from '../desktop/bundle.tsx';
import { FirmwarePicker } from './firmware-picker.tsx';
import { Preview } from './preview.tsx';
import { ReleaseForm } from './release-form.tsx';
import { Target } from './target.tsx';
import './compose.css';

export function ComposeScreen(): ReactNode {
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>{t('compose:title')}</h1>
        <span className="soft">{t('compose:says')}</span>
      </div>
      <div className="compose">
        <form
          className="compose-form"
          aria-label={t('compose:form')}
          onSubmit={(event) => {
            event.preventDefault();
          }}
        >
          <BundlePanel />
          <FirmwarePicker />
          <Target />
          <ReleaseForm />
        </form>
        <Preview />
      </div>
    </div>
  );
}
