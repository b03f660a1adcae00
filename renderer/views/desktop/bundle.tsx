import { Button, Select } from '@mantine/core';
import { IconPackage, IconSignature } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import type { OpenedBundle } from '../../state/bundle-file.ts';
import {
  closeBundle,
  signBundle,
  unsignBundle,
  useBundle,
  type BundleState,
} from '../../state/bundle.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { useCompose } from '../../state/compose.store.ts';
import { bytes } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { told } from '../../ui/told/told.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

/** A bundle that was opened or dropped: what is in it, for which vehicle, and the button that signs it. */
export function BundlePanel(): ReactNode {
  const bundle = useBundle((store) => store.bundle);
  if (bundle.kind === 'none') return null;
  return (
    <section className="panel" aria-label={t('desktop:bundle.title')} data-testid="bundle">
      <div className="panel-head">
        <IconPackage size={16} aria-hidden />
        <h2>{t('desktop:bundle.title')}</h2>
        {bundle.kind === 'signed' ? <SentTag /> : null}
        <span className="spring" />
        <Button size="compact-xs" variant="default" onClick={closeBundle}>
          {t('desktop:bundle.close')}
        </Button>
      </div>
      <div className="panel-body">
        <Body bundle={bundle} />
      </div>
    </section>
  );
}

/** Whether the message was on the wire already. */
const useSent = (): boolean =>
  useCompose(({ origin, composition }) => origin === 'bundle' && composition.kind === 'published');

function SentTag(): ReactNode {
  const sent = useSent();
  return <Tag tone="ok">{t(sent ? 'compose:state.published' : 'desktop:bundle.signed')}</Tag>;
}

function Body(props: { bundle: Exclude<BundleState, { kind: 'none' }> }): ReactNode {
  const { bundle } = props;
  switch (bundle.kind) {
    case 'reading':
      return <p className="soft">{t('desktop:bundle.reading', { name: bundle.name })}</p>;
    case 'refused':
      return <Refusal refusal={bundle.refusal} onClose={closeBundle} />;
    case 'open':
    case 'storing':
    case 'signed':
      return <Opened bundle={bundle.bundle} state={bundle} />;
  }
}

function Opened(props: {
  bundle: OpenedBundle;
  state: Extract<BundleState, { kind: 'open' | 'storing' | 'signed' }>;
}): ReactNode {
  const { bundle, state } = props;
  return (
    <div className="fields">
      <dl className="facts">
        <dt>{t('desktop:bundle.file')}</dt>
        <dd className="clip">{bundle.name}</dd>
        <dt>{t('desktop:bundle.version')}</dt>
        <dd className="mono">{bundle.version}</dd>
        {bundle.members.map(({ ecu, version, image }) => (
          <Member key={ecu} ecu={ecu} version={version} image={image} />
        ))}
      </dl>
      {bundle.description === '' ? null : <p className="soft">{told(bundle.description)}</p>}
      <Sign bundle={bundle} state={state} />
      <NoVehicle />
      {state.kind === 'open' && state.refusal ? <Refusal refusal={state.refusal} /> : null}
    </div>
  );
}

/** Why it cannot be signed yet. */
function NoVehicle(): ReactNode {
  const known = useVehicles((store) => store.vehicles);
  return known?.length === 0 ? <p className="soft">{t('compose:target.none')}</p> : null;
}

function Member(props: { ecu: string; version: string; image: File }): ReactNode {
  const { ecu, version, image } = props;
  return (
    <>
      <dt className="mono">{ecu}</dt>
      <dd>
        <span className="mono">{version}</span>{' '}
        <span className="faint">
          {image.name} · {bytes(image.size)}
        </span>
      </dd>
    </>
  );
}

function Sign(props: { bundle: OpenedBundle; state: BundleState }): ReactNode {
  const { bundle, state } = props;
  const vehicles = useVehicles((store) => store.vehicles) ?? [];
  const [chosen, choose] = useState<string | null>(null);
  const workspace = useWorkspace();
  const signedFor = state.kind === 'storing' || state.kind === 'signed' ? state.vin : null;
  const vin = signedFor ?? chosen ?? vehicles[0]?.vin ?? null;
  const sent = useSent();
  const percent =
    state.kind === 'storing' && state.size > 0 ? Math.floor((state.sent / state.size) * 100) : null;
  return (
    <div className="row">
      <Select
        aria-label={t('desktop:bundle.vehicle')}
        placeholder={t('desktop:bundle.vehicle')}
        data-testid="bundle-vehicle"
        classNames={{ input: 'mono' }}
        data={vehicles.map((vehicle) => vehicle.vin)}
        value={vin}
        onChange={(other) => {
          choose(other);
          if (other !== signedFor) unsignBundle();
        }}
      />
      <Button
        data-testid="bundle-sign"
        disabled={vin === null}
        loading={state.kind === 'storing'}
        leftSection={<IconSignature size={15} aria-hidden />}
        onClick={() => {
          if (vin !== null) void signBundle(bundle, vin);
        }}
      >
        {t('desktop:bundle.sign')}
      </Button>
      {vin === null ? null : (
        <CopyCommand compact command={cli.publishBundle(workspace, vin, bundle.name)} />
      )}
      <span className="soft" role="status">
        {percent === null ? '' : t('desktop:bundle.storing', { percent })}
        {state.kind === 'signed' && !sent ? t('desktop:bundle.publishNext') : ''}
      </span>
    </div>
  );
}
