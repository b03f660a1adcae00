import type { ReactNode } from 'react';
import { spokenLanguage, t } from '../../i18n/index.ts';
import { allCodes, codeWords } from '../../state/help-pages.ts';

export function CodeList(): ReactNode {
  return (
    <>
      <h1>{t('help:codes.title')}</h1>
      <p>{t('help:codes.says')}</p>
      <ul className="help-codes">
        {allCodes().map((code) => (
          <li key={code}>
            <a className="mono" href={`#/help/${code}`}>
              {code}
            </a>{' '}
            <span className="soft">{codeWords(code, spokenLanguage())?.title}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
