import { Chip, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Judgement } from '#core/contract';
import {
  JUDGEMENTS,
  KINDS,
  type FilterDraft,
  type Kind,
  type Qos,
} from '../../state/message-filter.ts';

const kindNames: Record<Kind, string> = {
  publish: 'Publish',
  connect: 'Connect',
  disconnect: 'Disconnect',
  subscribe: 'Subscribe',
  refused: 'Refused',
};

const judgementNames: Record<Judgement, string> = {
  valid: 'Valid',
  unsigned: 'Unsigned',
  invalid: 'Invalid',
};

/** All conditions but topic and text. */
export function FilterFields(props: {
  filter: FilterDraft;
  sizeFault: string | undefined;
  timeFault: string | undefined;
  onChange: (part: Partial<FilterDraft>) => void;
}): ReactNode {
  const { filter, onChange } = props;
  const text = (name: 'client' | 'source' | 'minSize' | 'maxSize' | 'since' | 'until') => ({
    value: filter[name],
    onChange: (event: { currentTarget: { value: string } }): void => {
      onChange({ [name]: event.currentTarget.value });
    },
  });
  return (
    <div className="fields">
      <div className="pair">
        <TextInput label="Client, exactly" spellCheck={false} {...text('client')} />
        <TextInput
          label="Source, exactly"
          placeholder="broker, outside, a connection"
          spellCheck={false}
          {...text('source')}
        />
      </div>
      <fieldset className="traffic-choice">
        <legend>Kind</legend>
        <Chip.Group
          multiple
          value={[...filter.kinds]}
          onChange={(chosen) => {
            onChange({ kinds: KINDS.filter((kind) => chosen.includes(kind)) });
          }}
        >
          {KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs">
              {kindNames[kind]}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <fieldset className="traffic-choice">
        <legend>Signature of our messages</legend>
        <Chip.Group
          multiple
          value={[...filter.verdicts]}
          onChange={(chosen) => {
            onChange({ verdicts: JUDGEMENTS.filter((each) => chosen.includes(each)) });
          }}
        >
          {JUDGEMENTS.map((judgement) => (
            <Chip key={judgement} value={judgement} size="xs">
              {judgementNames[judgement]}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <fieldset className="traffic-choice">
        <legend>QoS</legend>
        <Chip.Group
          multiple
          value={filter.qos.map(String)}
          onChange={(chosen) => {
            const all: readonly Qos[] = [0, 1, 2];
            onChange({ qos: all.filter((qos) => chosen.includes(String(qos))) });
          }}
        >
          {['0', '1', '2'].map((qos) => (
            <Chip key={qos} value={qos} size="xs">
              {qos}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <div className="pair">
        <fieldset className="traffic-choice">
          <legend>Retain flag</legend>
          <SegmentedControl
            fullWidth
            aria-label="Retain flag"
            value={filter.retained}
            onChange={(retained) => {
              onChange({ retained });
            }}
            data={[
              { value: 'any', label: 'Any' },
              { value: 'yes', label: 'Set' },
              { value: 'no', label: 'Not set' },
            ]}
          />
        </fieldset>
        <fieldset className="traffic-choice">
          <legend>Direction</legend>
          <SegmentedControl
            fullWidth
            aria-label="Direction"
            value={filter.direction}
            onChange={(direction) => {
              onChange({ direction });
            }}
            data={[
              { value: 'any', label: 'Any' },
              { value: 'in', label: 'In' },
              { value: 'out', label: 'Out' },
            ]}
          />
        </fieldset>
      </div>
      <div className="pair">
        <TextInput
          label="Size from"
          placeholder="0, 20k, 2M"
          error={props.sizeFault}
          {...text('minSize')}
        />
        <TextInput label="Size up to" placeholder="any" {...text('maxSize')} />
      </div>
      <div className="pair">
        <TextInput
          label="From"
          type="datetime-local"
          step={1}
          error={props.timeFault}
          {...text('since')}
        />
        <TextInput label="Until" type="datetime-local" step={1} {...text('until')} />
      </div>
    </div>
  );
}
