import { Button } from '@mantine/core';
import { IconFile, IconFileUpload } from '@tabler/icons-react';
import { useId, useRef, useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';

/** Choose or drop files. What they hold is not looked at here. */
export function FileField(props: {
  label: string;
  hint: string;
  accept?: string;
  multiple?: boolean;
  files: readonly File[];
  onFiles: (files: File[]) => void;
  testId: string;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const id = useId();
  const take = (list: FileList | null): void => {
    const files = [...(list ?? [])];
    if (files.length > 0) props.onFiles(props.multiple === true ? files : files.slice(0, 1));
  };
  return (
    <div
      className="file-field"
      data-over={over}
      role="group"
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={props.label}
        accept={props.accept}
        multiple={props.multiple === true}
        data-testid={props.testId}
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file chosen again is a change as well.
          event.currentTarget.value = '';
        }}
      />
      <div>
        <strong id={id}>{props.label}</strong>
        {props.files.length === 0 ? (
          <div className="faint">{props.hint}</div>
        ) : (
          <ul className="file-names">
            {props.files.map((file) => (
              <li key={file.name}>
                <IconFile size={13} aria-hidden /> {file.name}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Button
        variant="default"
        leftSection={<IconFileUpload size={15} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        {props.files.length === 0
          ? t('ui:file.choose')
          : props.multiple === true
            ? t('ui:file.others')
            : t('ui:file.another')}
      </Button>
    </div>
  );
}
