import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { shortHash } from './format.ts';
import { IconButton } from './icon-button.tsx';

/** How long the tick stays after copying. */
const TICK_MS = 1_400;

export function Copy(props: { text: string; what: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => {
      setCopied(false);
    }, TICK_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const label = copied ? t('ui:copied') : t('ui:copy', { what: props.what });
  return (
    <IconButton
      size="small"
      label={label}
      onClick={() => {
        void copyText(props.text).then(setCopied);
      }}
    >
      {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
    </IconButton>
  );
}

/** Copies and tells whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Where permissions are denied, as in our window, a selection made by a press may still be copied. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  const before = document.activeElement;
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the one way that asks nobody
  const done = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

/** The ends of a SHA-256, whole on hover, whole when copied. */
export function Hash(props: { sha256: string; whole?: boolean }): ReactNode {
  return (
    <span className="hash">
      <span className={props.whole === true ? 'mono hash-whole' : 'mono clip'} title={props.sha256}>
        {props.whole === true ? props.sha256 : shortHash(props.sha256)}
      </span>
      <Copy text={props.sha256} what="SHA-256" />
    </span>
  );
}
