import { Fragment, type ReactNode } from 'react';

/** A string (a member's name when a colon follows), or a literal or number. */
const TOKEN =
  /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON text with its names, strings and values told apart. Shows the characters it was given. */
export function Json(props: { text: string; testId?: string }): ReactNode {
  return (
    <pre className="code" data-testid={props.testId}>
      {colour(props.text)}
    </pre>
  );
}

/** Beyond this, colours cost more than they help. */
const COLOUR_LIMIT = 40_000;

function colour(text: string): ReactNode {
  if (text.length > COLOUR_LIMIT) return text;
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, match.index));
    const [whole, string, colon] = match;
    const kind =
      string === undefined ? 'json-value' : colon === undefined ? 'json-text' : 'json-name';
    parts.push(<span className={kind}>{string ?? whole}</span>, colon);
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts.map((part, index) => <Fragment key={index}>{part}</Fragment>);
}
