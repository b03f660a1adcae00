import { Button, TextInput } from '@mantine/core';
import { IconBarcode } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { readVin, type ReadVin, type VinAdvice } from '../../state/vin.ts';
import { CameraScan } from './camera-scan.tsx';

/** Typed, or written by a hand scanner, which ends with Enter: both are the same to this field. */
export function VinField(props: {
  text: string;
  onText: (text: string) => void;
  known: readonly string[];
  /** Vehicles can be reached: scanning begins. */
  ready: boolean;
  onVin: (vin: string) => void;
}): ReactNode {
  const { text, onText, known, ready, onVin } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A scanner writes into whatever has the focus.
    field.current?.focus({ preventScroll: true });
  }, [ready]);
  useEffect(() => {
    // Where nothing takes letters, a scanner's first brings the focus here, and is the first here.
    const onKey = (event: KeyboardEvent): void => {
      if (isForNobody(event)) field.current?.focus({ preventScroll: true });
    };
    document.addEventListener('keydown', onKey, { capture: true });
    return () => {
      document.removeEventListener('keydown', onKey, { capture: true });
    };
  }, []);
  const read = readVin(text, known);
  const take = (scanned: ReadVin): void => {
    if (scanned.kind === 'vin') onVin(scanned.vin);
  };
  return (
    <form
      className="guided-vin-form"
      onSubmit={(event) => {
        event.preventDefault();
        // What stands in the field itself: a scanner is faster than drawing.
        take(readVin(field.current?.value ?? '', known));
      }}
    >
      <TextInput
        ref={field}
        size="xl"
        label={t('guided:vehicle.vin')}
        description={t('guided:vehicle.vinHint')}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        leftSection={<IconBarcode size={24} aria-hidden />}
        classNames={{ input: 'mono' }}
        data-testid="guided-vin"
        value={text}
        error={
          read.kind === 'impossible'
            ? t('guided:vin.impossible', {
                found: read.found === '' ? '' : t('guided:vin.found', { found: read.found }),
              })
            : undefined
        }
        onChange={(event) => {
          onText(event.currentTarget.value);
        }}
      />
      <Advice read={read} />
      <div className="guided-row">
        <Button
          type="submit"
          size="md"
          variant="default"
          data-testid="guided-take-vin"
          disabled={read.kind !== 'vin'}
        >
          {t('guided:vehicle.take')}
        </Button>
        <CameraScan
          onCode={(code) => {
            onText(code);
            take(readVin(code, known));
          }}
        />
      </div>
    </form>
  );
}

/** Advice, never a refusal: benches use names that no road vehicle has. */
function Advice({ read }: { read: ReadVin }): ReactNode {
  if (read.kind !== 'vin') return null;
  return (
    <ul className="guided-advice" role="status" data-testid="guided-vin-advice">
      {read.advice.length === 0 ? <li data-tone="ok">{t('guided:vin.fine')}</li> : null}
      {read.advice.map((advice) => (
        <li key={advice.kind} data-tone="warn">
          {adviceText(advice)}
        </li>
      ))}
    </ul>
  );
}

function adviceText(advice: VinAdvice): string {
  switch (advice.kind) {
    case 'length':
      return t('guided:vin.length', { characters: advice.characters });
    case 'letters':
      return t('guided:vin.letters', { found: advice.found });
    case 'checkDigit':
      return t('guided:vin.checkDigit', { expected: advice.expected, found: advice.found });
  }
}

/** A letter, a digit or a label's star, pressed where no text is written. */
function isForNobody({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || !/^[\w*-]$/.test(key)) return false;
  return !(
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLElement && target.closest('[role=dialog]') !== null)
  );
}
