import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheck,
  IconCircleX,
  IconLoader2,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Tone } from './words.ts';

/** One shape for each tone, so that a state can be told without its colour. */
const shapes = {
  ok: IconCircleCheck,
  busy: IconLoader2,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  quiet: IconCircle,
} as const;

export function Tag(props: {
  tone: Tone;
  children: ReactNode;
  plain?: boolean;
  title?: string;
}): ReactNode {
  const Shape = shapes[props.tone];
  return (
    <span
      className={props.plain === true ? 'tag tag-plain' : 'tag'}
      data-tone={props.tone}
      title={props.title}
    >
      <Shape size={13} stroke={2.2} aria-hidden />
      {props.children}
    </span>
  );
}
