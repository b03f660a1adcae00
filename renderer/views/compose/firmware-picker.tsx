import { Button, Select } from '@mantine/core';
import { IconFileUpload, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { ArtifactView } from '#core/contract';
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
      aria-label="Firmware image"
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
        <h2>1 · Firmware image</h2>
        <span className="spring" />
        {upload.kind === 'stored' ? (
          <Button size="compact-xs" variant="default" onClick={forgetUpload}>
            Another image
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
            <Tag tone="quiet">Cancelled</Tag> {upload.name} was not stored.
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
          aria-label="Firmware file"
          data-testid="compose-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.item(0);
            // The same file chosen again is a change as well: it may have been built anew.
            event.currentTarget.value = '';
            if (file) takeFile(judgeFile(file));
          }}
        />
        <Button onClick={() => input.current?.click()}>Choose a file</Button>
        <span className="soft"> or drop it here. Any kind, up to 4 GiB.</span>
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
      aria-label="An image from the store"
      placeholder="or take one that is in the store"
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
          {bytes(sent)} of {bytes(size)}
          {left === null ? '' : ` · ${left} left`}
        </span>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconX size={13} aria-hidden />}
          data-testid="compose-cancel-upload"
          onClick={cancelUpload}
        >
          Cancel
        </Button>
      </div>
      <div
        className="bar"
        role="progressbar"
        aria-label={`Sending ${name}`}
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
      <dt>File</dt>
      <dd>{name}</dd>
      <dt>Size</dt>
      <dd>
        {bytes(length)} <span className="faint">({count(length)} bytes)</span>
      </dd>
      <dt>SHA-256</dt>
      <dd>
        <Hash sha256={sha256} whole />
      </dd>
    </dl>
  );
}
