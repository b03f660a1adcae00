import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { spokenLanguage, t } from '../../i18n/index.ts';
import { addressOf, allCodes, codeWords, helpPages } from '../../state/help-pages.ts';
import { useScreen } from '../../state/screen.store.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { About } from './about-page.tsx';
import { CodePage } from './code-page.tsx';
import { CodeList } from './code-list.tsx';
import { Contents } from './contents.tsx';
import { HelpHome } from './help-home.tsx';
import './help.css';

/** What stands behind `#/help/`: a page, a code, or one of the help's own; then an anchor. */
export function HelpScreen(): ReactNode {
  const part = useScreen((store) => store.part) ?? '';
  const [page = '', anchor] = part.split('.');
  const body = useRef<HTMLElement>(null);
  useEffect(() => {
    const place = anchor === undefined ? null : document.getElementById(anchor);
    if (place === null) body.current?.scrollTo(0, 0);
    else {
      place.scrollIntoView();
      place.focus({ preventScroll: true });
    }
  }, [page, anchor]);
  return (
    <div className="help">
      <Contents page={page} />
      <article className="help-body" ref={body} tabIndex={-1} data-testid="help-page">
        <Page id={page} />
      </article>
    </div>
  );
}

function Page(props: { id: string }): ReactNode {
  const { id } = props;
  const language = spokenLanguage();
  const pages = useMemo(() => helpPages(language), [language]);
  const known = useMemo(() => new Set(pages.map((page) => page.id)), [pages]);
  // Named in an address, it could be anything.
  const [codes] = useState(() => new Set(allCodes()));
  if (id === '') return <HelpHome />;
  if (id === 'about') return <About />;
  if (id === 'codes') return <CodeList />;
  const words = codeWords(id, language);
  if (words !== null) return <CodePage code={id} words={words} />;
  const page = pages.find((each) => each.id === id);
  if (page === undefined) {
    return (
      <>
        <h1>{t('help:unknown.title')}</h1>
        <p>{t('help:unknown.says', { id })}</p>
      </>
    );
  }
  return (
    <div lang={page.language}>
      {page.language === language ? null : (
        <p className="help-english soft" lang={language}>
          {t('help:english')}
        </p>
      )}
      <Markdown
        text={page.text}
        hrefOf={(href) => addressOf(href, id, known)}
        codeHref={(code) => (codes.has(code) && code !== id ? `#/help/${code}` : null)}
      />
    </div>
  );
}
