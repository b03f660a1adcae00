import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { Fragment, useMemo, type ReactNode } from 'react';
import { slugOf } from '../state/slug.ts';

type Ways = {
  /** Where a link leads; null: it is shown as text. */
  hrefOf: (href: string) => string | null;
  /** Where a word in code leads, such as a refusal's code. */
  codeHref: (code: string) => string | null;
};

/**
 * A document of ours as elements. Tokens become elements one by one, so that HTML in the text can
 * never become HTML on the page: it is left out.
 */
export function Markdown(props: Ways & { text: string; level?: number }): ReactNode {
  const { text, hrefOf, codeHref, level = 1 } = props;
  const tokens = useMemo(() => lexer(text), [text]);
  return <div className="markdown">{blocks(tokens, { hrefOf, codeHref }, level)}</div>;
}

function blocks(tokens: readonly Token[], ways: Ways, level: number): ReactNode {
  return tokens.map((token, index) => (
    <Fragment key={index}>{block(token as MarkedToken, ways, level)}</Fragment>
  ));
}

function block(token: MarkedToken, ways: Ways, level: number): ReactNode {
  switch (token.type) {
    case 'heading':
      return heading(token, ways, level);
    case 'paragraph':
      return <p>{inline(token.tokens, ways)}</p>;
    case 'text':
      return token.tokens === undefined ? token.text : inline(token.tokens, ways);
    case 'code':
      return (
        // Scrolls sideways, which a keyboard can only do where the focus is.
        <pre className="mono" tabIndex={0}>
          {token.text}
        </pre>
      );
    case 'blockquote':
      return <blockquote>{blocks(token.tokens, ways, level)}</blockquote>;
    case 'list':
      return list(token, ways, level);
    case 'table':
      return table(token, ways);
    case 'hr':
      return <hr />;
    default:
      return null;
  }
}

function heading(token: Tokens.Heading, ways: Ways, level: number): ReactNode {
  const Name = (['h1', 'h2', 'h3', 'h4'] as const)[Math.min(token.depth + level - 2, 3)] ?? 'h4';
  return (
    <Name id={slugOf(token.text)} tabIndex={-1}>
      {inline(token.tokens, ways)}
    </Name>
  );
}

function list(token: Tokens.List, ways: Ways, level: number): ReactNode {
  const items = token.items.map((item, index) => (
    <li key={index}>{blocks(item.tokens, ways, level)}</li>
  ));
  return token.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table, ways: Ways): ReactNode {
  return (
    <div className="markdown-table" tabIndex={0} role="group" aria-label={plainOf(token.header)}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} scope="col">
                {inline(cell.tokens, ways)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at}>{inline(cell.tokens, ways)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const plainOf = (cells: readonly Tokens.TableCell[]): string =>
  cells.map(({ text }) => text).join(', ');

function inline(tokens: readonly Token[], ways: Ways): ReactNode {
  return tokens.map((token, index) => (
    <Fragment key={index}>{span(token as MarkedToken, ways)}</Fragment>
  ));
}

function span(token: MarkedToken, ways: Ways): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inline(token.tokens, ways)}</strong>;
    case 'em':
      return <em>{inline(token.tokens, ways)}</em>;
    case 'del':
      return <del>{inline(token.tokens, ways)}</del>;
    case 'codespan':
      return linked(ways.codeHref(token.text), <code className="mono">{token.text}</code>);
    case 'link':
      return linked(ways.hrefOf(token.href), inline(token.tokens, ways));
    case 'br':
      return <br />;
    case 'image':
      return token.text;
    case 'text':
      return token.tokens === undefined ? unescaped(token.text) : inline(token.tokens, ways);
    case 'escape':
      return token.text;
    default:
      return null;
  }
}

const linked = (href: string | null, shown: ReactNode): ReactNode =>
  href === null ? shown : <a href={href}>{shown}</a>;

/** The few entities that documents of ours use. */
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};
