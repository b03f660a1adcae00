import { Button, Select } from '@mantine/core';
import { IconFileUpload, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { ArtifactView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { onClient } from '../../state/connection.store.ts';
import { takeFile } from '../../state/desktop.ts';
import { judgeDropped, judgeFile } from '../../state/dropped.ts';
import {
  cancelUpload,
  chooseStored,
  forgetUpload,
  useUpload,
  type Upload,
} from '../../state/upload.store.ts';
import { Hash } from '../../ui/copy.tsx';
import { bytes, count, duration } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';

/** Choose or drop a file; it streams to the bench's store and is hashed there. */
export function FirmwarePicker(): ReactNode {
  const upload = useUpload((store) => store.upload);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = judgeDropped(event.dataTransfer);
    if (dropped.kind !== 'refused') takeFile(dropped);
    else useUpload.setState({ upload: { ...dropped, name: '' } });
  };
  return (
    <section
      className="panel"
      aria-label={t('compose:firmware.label')}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={drop}
    >
      <div className="panel-head">
        <h2>{t('compose:firmware.title')}</h2>
        <span className="spring" />
        {upload.kind === 'stored' ? (
          <Button size="compact-xs" variant="default" onClick={forgetUpload}>
            {t('compose:firmware.another')}
          </Button>
        ) : null}
      </div>
      <div className="panel-body">
        <UploadView upload={upload} over={over} />
      </div>
    </section>
  );
}

function UploadView(props: { upload: Upload; over: boolean }): ReactNode {
  const { upload } = props;
  switch (upload.kind) {
    case 'sending':
      return <Sending upload={upload} />;
    case 'stored':
      return <Stored artifact={upload.artifact} />;
    case 'none':
      return <Picker over={props.over} />;
    case 'cancelled':
      return (
        <>
          <p className="compose-note">
            <Tag tone="quiet">{t('compose:firmware.cancelled')}</Tag>{' '}
            {t('compose:firmware.notStored', { name: upload.name })}
          </p>
          <Picker over={props.over} />
        </>
      );
    case 'refused':
      return (
        <>
          <div className="compose-note">
            <Refusal refusal={upload.refusal} />
          </div>
          <Picker over={props.over} />
        </>
      );
  }
}

function Picker(props: { over: boolean }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="drop" data-over={props.over}>
      <IconFileUpload size={26} stroke={1.4} aria-hidden />
      <div>
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={t('compose:firmware.file')}
          data-testid="compose-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.item(0);
            // The same file chosen again is a change as well: it may have been built anew.
            event.currentTarget.value = '';
            if (file) takeFile(judgeFile(file));
          }}
        />
        <Button onClick={() => input.current?.click()}>{t('compose:firmware.choose')}</Button>
        <span className="soft"> {t('compose:firmware.drop')}</span>
      </div>
      <StoredImages />
    </div>
  );
}

/** Images the bench has already need not be sent again. */
function StoredImages(): ReactNode {
  const [images, setImages] = useState<readonly ArtifactView[]>([]);
  useEffect(
    () =>
      onClient((client) => {
        client?.firmware.list().then(setImages, () => {
          // The list is an offer only; choosing a file still works.
          setImages([]);
        });
      }),
    [],
  );
  if (images.length === 0) return null;
  return (
    <Select
      className="drop-stored"
      aria-label={t('compose:firmware.store')}
      placeholder={t('compose:firmware.orStore')}
      searchable
      data={images.map((image) => ({
        value: image.sha256,
        label: `${image.name} · ${bytes(image.length)} · ${image.sha256.slice(0, 8)}`,
      }))}
      value={null}
      onChange={(sha256) => {
        const image = images.find((candidate) => candidate.sha256 === sha256);
        if (image) chooseStored(image);
      }}
    />
  );
}

function Sending(props: { upload: Extract<Upload, { kind: 'sending' }> }): ReactNode {
  const { name, size, sent, startedAt } = props.upload;
  const percent = size === 0 ? 100 : Math.floor((sent / size) * 100);
  const [now, setNow] = useState(startedAt);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const rate = sent / Math.max(1, now - startedAt);
  const left = sent > 0 && now > startedAt ? duration((size - sent) / rate) : null;
  return (
    <div className="sending">
      <div className="row">
        <strong className="clip">{name}</strong>
        <span className="spring" />
        <span className="soft">
          {t('compose:firmware.of', { sent: bytes(sent), size: bytes(size) })}
          {left === null ? '' : ` · ${t('compose:firmware.left', { time: left })}`}
        </span>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconX size={13} aria-hidden />}
          data-testid="compose-cancel-upload"
          onClick={cancelUpload}
        >
          {t('compose:firmware.cancel')}
        </Button>
      </div>
      <div
        className="bar"
        role="progressbar"
        aria-label={t('compose:firmware.sending', { name })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div style={{ width: `${percent.toString()}%` }} />
      </div>
    </div>
  );
}

function Stored(props: { artifact: ArtifactView }): ReactNode {
  const { name, length, sha256 } = props.artifact;
  return (
    <dl className="facts" data-testid="compose-artifact" data-sha256={sha256}>
      <dt>{t('compose:firmware.name')}</dt>
      <dd>{name}</dd>
      <dt>{t('compose:firmware.size')}</dt>
      <dd>
        {bytes(length)}{' '}
        <span className="faint">({t('compose:firmware.bytes', { number: count(length) })})</span>
      </dd>
      <dt>{t('compose:firmware.sha256')}</dt>
      <dd>
        <Hash sha256={sha256} whole />
      </dd>
    </dl>
  );
}
