import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useBench } from '../../state/bench.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { asSentence } from '../../ui/format.ts';
import { Support } from '../desktop/support.tsx';
import { Section } from './section.tsx';

/** What concerns this window and this workspace rather than the roles. */
export function About(): ReactNode {
  const bench = useBench((store) => store.bench);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (bench === null) return null;
  return (
    <Section title="This bench" says="Where it keeps its data, and how this window looks.">
      <div className="row">
        <strong id="theme-label">Theme</strong>
        <SegmentedControl
          aria-labelledby="theme-label"
          value={colorScheme}
          onChange={setColorScheme}
          data={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
      <dl className="facts">
        <dt>Workspace</dt>
        <dd>
          <span className="row">
            <span className="mono clip" title={bench.workspace}>
              {bench.workspace}
            </span>
            <Copy text={bench.workspace} what="path" />
          </span>
        </dd>
        <dt>Keys</dt>
        <dd>
          {bench.vault === 'session' ? (
            <span className="warning" data-tone="warn">
              <IconLock size={15} aria-hidden />
              <span>
                Session only: private keys, passwords and secrets are gone when the bench closes.
                Public keys stay, so that what was signed can still be verified.
                {bench.vaultRefusal ? ` ${asSentence(bench.vaultRefusal.reason)}` : ''}
              </span>
            </span>
          ) : (
            'In the keychain of this computer.'
          )}
        </dd>
        <dt>Version</dt>
        <dd>
          {bench.version} · {bench.host === 'electron' ? 'desktop window' : 'headless host'}
        </dd>
      </dl>
      <Support />
    </Section>
  );
}
