import { Fragment, type ReactNode } from 'react';

/** A text with elements in it: where it says `<vin/>`, `parts.vin` is drawn. */
export function Woven(props: {
  text: string;
  parts: Readonly<Record<string, ReactNode>>;
}): ReactNode {
  return props.text.split(/(<\w+\/>)/).map((piece, index) => {
    const name = /^<(\w+)\/>$/.exec(piece)?.[1];
    const part = name === undefined ? undefined : props.parts[name];
    return <Fragment key={index}>{part === undefined ? piece : part}</Fragment>;
  });
}
