import type { ReactNode } from 'react';
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
        <h1>Compose</h1>
        <span className="soft">Sign a release of your own firmware and publish it to one ECU.</span>
      </div>
      <div className="compose">
        <form
          className="compose-form"
          aria-label="Release"
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
