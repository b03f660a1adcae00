import { Fragment, type ReactNode } from 'react';

/** A place such as `<version/>` in a text. */
const SLOT = /<([a-zA-Z]+)\/>/;

/**
 * A text whose `<names/>` are filled with what is more than text: each language puts them where its
 * sentence wants them. A name that nothing was given for is shown as it stands.
 */
export function Rich(props: {
  text: string;
  parts: Readonly<Record<string, ReactNode>>;
}): ReactNode {
  // Splitting by a pattern with one group gives text and names in turn.
  return props.text
    .split(SLOT)
    .map((piece, index) => (
      <Fragment key={index}>
        {index % 2 === 0 ? piece : piece in props.parts ? props.parts[piece] : `<${piece}/>`}
      </Fragment>
    ));
}
