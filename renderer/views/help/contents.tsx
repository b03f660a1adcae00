import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { spokenLanguage, t } from '../../i18n/index.ts';
import { helpPages, type HelpPage } from '../../state/help-pages.ts';
import { prepareHelpSearch, searchHelp, type Found } from '../../state/help-search.ts';

/** All pages, or while somebody searches, what was found. */
export function Contents(props: { page: string }): ReactNode {
  const language = spokenLanguage();
  useEffect(() => prepareHelpSearch(language), [language]);
  const [wanted, setWanted] = useState('');
  const found = wanted.trim() === '' ? null : searchHelp(language, wanted);
  return (
    <nav className="help-contents" aria-label={t('help:contents')}>
      <TextInput
        type="search"
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
        }}
        aria-label={t('help:search.label')}
        placeholder={t('help:search.placeholder')}
        leftSection={<IconSearch size={16} aria-hidden />}
        data-testid="help-search"
      />
      <p className="visually-hidden" role="status">
        {found === null ? '' : t('help:search.found', { count: found.length })}
      </p>
      {found === null ? <Pages page={props.page} /> : <Results found={found} />}
    </nav>
  );
}

function Pages(props: { page: string }): ReactNode {
  const pages = helpPages(spokenLanguage());
  const entry = (id: string, title: string): ReactNode => (
    <li key={id}>
      <a
        href={`#/help/${id}`}
        aria-current={id === props.page ? 'page' : undefined}
        data-testid={`help-to-${id === '' ? 'home' : id}`}
      >
        {title}
      </a>
    </li>
  );
  const listed = (kind: HelpPage['kind']): ReactNode[] =>
    pages.filter((page) => page.kind === kind).map(({ id, title }) => entry(id, title));
  return (
    <>
      <ul>
        {entry('', t('help:home'))}
        {listed('guide')}
      </ul>
      <h2>{t('help:lookUp')}</h2>
      <ul>
        {entry('codes', t('help:codes.title'))}
        {listed('reference')}
        {entry('about', t('help:about.title'))}
      </ul>
    </>
  );
}

function Results(props: { found: readonly Found[] }): ReactNode {
  if (props.found.length === 0) return <p className="soft help-none">{t('help:search.none')}</p>;
  return (
    <ul className="help-found" data-testid="help-found">
      {props.found.map(({ place, title, of, start }) => (
        <li key={place}>
          <a href={`#/help/${place}`}>
            <strong>{title}</strong>
            {of === null ? null : <span className="soft"> {of}</span>}
            <span className="soft help-start">{start}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
