import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { ruleOf, ruleText } from '../../state/code-rules.ts';
import { protocolText, type CodeWords } from '../../state/help-pages.ts';
import { slugOf } from '../../state/slug.ts';
import { asSentence } from '../../ui/told/told.ts';
import { Markdown } from '../../ui/markdown.tsx';

/** What a code means: what happened, why it usually does, what to do, and the rule behind it. */
export function CodePage(props: { code: string; words: CodeWords }): ReactNode {
  const { code, words } = props;
  const protocol = protocolText();
  const rule = ruleOf(code, protocol);
  return (
    <div className="help-code" data-testid="help-code">
      <p className="mono help-code-name">{code}</p>
      <h1>{asSentence(words.title)}</h1>
      <h2>{t('help:codes.why')}</h2>
      <p>{words.why}</p>
      <h2>{t('help:codes.next')}</h2>
      <p>{words.next}</p>
      {rule === null ? null : (
        <>
          <h2>{t('help:codes.rule')}</h2>
          {rule.rules.map((each) => {
            const text = ruleText(each, protocol);
            return text === null ? null : (
              <div key={each} lang="en" className="help-rule">
                <strong>{each}</strong>
                <Markdown text={text} hrefOf={() => null} codeHref={() => null} />
              </div>
            );
          })}
          <p>
            <a href={`#/help/protocol.${slugOf(rule.section)}`}>
              {t('help:codes.section', { section: rule.section })}
            </a>
          </p>
        </>
      )}
      <p className="soft">
        {t('help:codes.cli')} <code className="mono">ota-bench explain {code}</code>
      </p>
    </div>
  );
}
