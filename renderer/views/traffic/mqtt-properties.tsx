import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { userFrom, userLines, withProperty, type PublishDraft } from '../../state/publish-draft.ts';

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
    <div className="fields" role="group" aria-label="MQTT 5 properties">
      <div className="pair">
        <TextInput label="Content type" {...text('contentType')} />
        <TextInput label="Response topic" {...text('responseTopic')} />
      </div>
      <div className="pair">
        <TextInput
          label="Correlation data, base64"
          classNames={{ input: 'mono' }}
          {...text('correlationBase64')}
        />
        <NumberInput
          label="Expires after, seconds"
          placeholder="never"
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
        label="User properties, “name: value”, one a line"
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
        label="The payload is UTF-8 text (payload format indicator)"
        checked={properties?.payloadFormat === 'text'}
        onChange={(event) => {
          const format = event.currentTarget.checked ? 'text' : '';
          onChange(withProperty(properties, 'payloadFormat', format));
        }}
      />
    </div>
  );
}
