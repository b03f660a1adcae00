import { useEffect, useMemo, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { aclText, editAcl, followAcl, useAcl } from '../../state/acl.store.ts';
import { cellKey, lineOf } from '../../state/verdict.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { AclActions } from './acl-actions.tsx';
import { AclEditor } from './acl-editor.tsx';
import { CastFields } from './cast-fields.tsx';
import { Doctor } from './doctor.tsx';
import { told } from '../../ui/told/told.ts';

const NONE = [] as const;

/** The rules on one side, what they do on the other. */
export function AccessRules(): ReactNode {
  const store = useAcl();
  const { report, chosen, doctor, saved } = store;
  useEffect(() => followAcl(), []);
  const cell = useMemo(
    () => report?.cells.find((each) => cellKey(each) === chosen) ?? null,
    [report, chosen],
  );
  if (saved === null) {
    return doctor.kind === 'refused' ? (
      <Refusal refusal={doctor.refusal} />
    ) : (
      <p className="soft loading">{t('trust:rules.reading')}</p>
    );
  }
  const errors = report?.diagnostics.filter(({ severity }) => severity === 'error').length ?? 0;
  const warnings = (report?.diagnostics.length ?? 0) - errors;
  return (
    <div className="trust-part">
      <AclActions errors={errors} />
      <div className="acl">
        <section className="panel acl-rules" aria-label={t('trust:rules.title')}>
          <div className="panel-head">
            <h2>{t('trust:rules.title')}</h2>
            <span className="soft clip">
              {store.draft !== null
                ? t('trust:rules.notSaved')
                : saved.isDefault
                  ? t('trust:rules.isDefault')
                  : t('trust:rules.own')}
            </span>
            <span className="spring" />
            <span className="faint">
              {errors === 0 && warnings === 0
                ? t('trust:rules.none')
                : t('trust:rules.remarks', {
                    errors: t('trust:rules.errors', { count: errors }),
                    warnings: t('trust:rules.warnings', { count: warnings }),
                  })}
            </span>
          </div>
          <CastFields />
          <AclEditor
            text={aclText(store)}
            diagnostics={report?.diagnostics ?? NONE}
            line={cell === null ? null : lineOf(cell)}
            onChange={editAcl}
          />
          <Remarks />
        </section>
        <Doctor cell={cell} />
      </div>
    </div>
  );
}

/** What the marks in the gutter say, for those who do not hover. */
function Remarks(): ReactNode {
  const diagnostics = useAcl((store) => store.report?.diagnostics) ?? NONE;
  if (diagnostics.length === 0) return null;
  return (
    <ol
      className="remarks"
      aria-label={t('trust:rules.remarksLabel')}
      data-testid="acl-remarks"
      tabIndex={0}
    >
      {diagnostics.map((found) => (
        <li
          key={`${found.line.toString()} ${found.column.toString()} ${found.code}`}
          data-tone={found.severity === 'error' ? 'bad' : 'warn'}
        >
          <span className="remark-line">{t('trust:rules.line', { line: found.line })}</span>
          <span>
            <span className="remark-word">{t(`trust:rules.severity.${found.severity}`)}</span>{' '}
            {told(found.message)}. <span className="soft">{told(found.next)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
