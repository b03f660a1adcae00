import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { userFrom, userLines, withProperty, type PublishDraft } from '../../state/publish-draft.ts';

const TEXT = 'text';

type Properties = PublishDraft['properties'];

/** What a message of MQTT 5 carries besides topic and payload. */
export function MqttProperties(props: {
  properties: Properties;
  onChange: (properties: Properties) => void;
}): ReactNode {
  const { properties, onChange } = props;
  const [lines, setLines] = useState(userLines(properties?.user));
  const text = (name: 'contentType' | 'responseTopic' | 'correlationBase64') => ({
    value: properties?.[name] ?? '',
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }): void => {
      onChange(withProperty(properties, name, event.currentTarget.value));
    },
  });
  return (
    <div className="fields" role="group" aria-label={t('traffic:properties.label')}>
      <div className="pair">
        <TextInput label={t('traffic:properties.contentType')} {...text('contentType')} />
        <TextInput label={t('traffic:properties.responseTopic')} {...text('responseTopic')} />
      </div>
      <div className="pair">
        <TextInput
          label={t('traffic:properties.correlation')}
          classNames={{ input: 'mono' }}
          {...text('correlationBase64')}
        />
        <NumberInput
          label={t('traffic:properties.expires')}
          placeholder={t('traffic:properties.never')}
          min={0}
          max={4_294_967_295}
          allowDecimal={false}
          value={properties?.expirySeconds ?? ''}
          onChange={(value) => {
            onChange(withProperty(properties, 'expirySeconds', value === '' ? '' : Number(value)));
          }}
        />
      </div>
      <Textarea
        label={t('traffic:properties.user')}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        autosize
        minRows={1}
        maxRows={5}
        data-testid="publish-user"
        value={lines}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setLines(value);
          onChange(withProperty(properties, 'user', userFrom(value)));
        }}
      />
      <Checkbox
        label={t('traffic:properties.utf8')}
        checked={properties?.payloadFormat === 'text'}
        onChange={(event) => {
          const format = event.currentTarget.checked ? TEXT : '';
          onChange(withProperty(properties, 'payloadFormat', format));
        }}
      />
    </div>
  );
}
