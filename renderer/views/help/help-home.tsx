import { Button } from '@mantine/core';
import { IconMap2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { spokenLanguage, t } from '../../i18n/index.ts';
import { helpPages } from '../../state/help-pages.ts';
import { startTour } from '../../state/tour.store.ts';
import { SampleData } from './sample-data.tsx';

/** Where the help begins: the pages that answer most questions, and ways to look around. */
export function HelpHome(): ReactNode {
  const pages = helpPages(spokenLanguage()).filter((page) => page.kind === 'guide');
  return (
    <>
      <h1>{t('help:home')}</h1>
      <p>{t('help:welcome')}</p>
      <div className="help-tries">
        <SampleData />
        <section className="panel help-try" aria-labelledby="help-tour">
          <h2 id="help-tour">{t('help:tour.title')}</h2>
          <p>{t('help:tour.says')}</p>
          <Button
            variant="default"
            leftSection={<IconMap2 size={16} aria-hidden />}
            onClick={startTour}
            data-testid="tour-start"
          >
            {t('help:tour.start')}
          </Button>
        </section>
      </div>
      <ul className="help-cards">
        {pages.map(({ id, title, text }) => (
          <li key={id}>
            <a href={`#/help/${id}`}>
              <strong>{title}</strong>
              <span className="soft help-clamp">{startOf(text)}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Its first paragraph, without marks: enough to know whether one wants to read on. */
function startOf(markdown: string): string {
  const paragraph = markdown.split('\n\n').find((each) => !each.startsWith('#')) ?? '';
  return paragraph
    .replace(/\]\([^)]*\)/g, '')
    .replace(/^- |[*_`[\]]/gm, '')
    .replaceAll('\n', ' ');
}
