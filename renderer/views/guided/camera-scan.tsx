import { Button } from '@mantine/core';
import { IconCamera, IconCameraOff } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { detectorClass, look } from './look-for-code.ts';

type Camera = { kind: 'off' } | { kind: 'looking' } | { kind: 'missing' } | { kind: 'denied' };

/** Reads the VIN's barcode with the camera, or says plainly that this window cannot. */
export function CameraScan(props: { onCode: (code: string) => void }): ReactNode {
  const [camera, setCamera] = useState<Camera>({ kind: 'off' });
  return (
    <>
      <Button
        size="md"
        variant="default"
        data-testid="guided-camera"
        leftSection={
          camera.kind === 'looking' ? (
            <IconCameraOff size={20} aria-hidden />
          ) : (
            <IconCamera size={20} aria-hidden />
          )
        }
        onClick={() => {
          if (camera.kind === 'looking') setCamera({ kind: 'off' });
          else setCamera({ kind: detectorClass() === null ? 'missing' : 'looking' });
        }}
      >
        {camera.kind === 'looking' ? t('guided:camera.close') : t('guided:camera.open')}
      </Button>
      {camera.kind === 'missing' || camera.kind === 'denied' ? (
        <p className="guided-camera-note" role="status" data-testid="guided-camera-note">
          {camera.kind === 'missing' ? t('guided:camera.missing') : t('guided:camera.denied')}
        </p>
      ) : null}
      {camera.kind === 'looking' ? (
        <Looking
          onCode={(code) => {
            setCamera({ kind: 'off' });
            props.onCode(code);
          }}
          onDenied={() => {
            setCamera({ kind: 'denied' });
          }}
        />
      ) : null}
    </>
  );
}

function Looking(props: { onCode: (code: string) => void; onDenied: () => void }): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef(props);
  useEffect(() => {
    told.current = props;
  });
  useEffect(() => {
    const over = new AbortController();
    const shown = video.current;
    if (shown !== null) {
      look(shown, over.signal)
        .then((code) => {
          if (code !== null) told.current.onCode(code);
        })
        .catch(() => {
          if (!over.signal.aborted) told.current.onDenied();
        });
    }
    return () => {
      over.abort();
    };
  }, []);
  return (
    <div className="guided-camera">
      <video ref={video} muted playsInline aria-label={t('guided:camera.picture')} />
      <p role="status">{t('guided:camera.looking')}</p>
    </div>
  );
}
