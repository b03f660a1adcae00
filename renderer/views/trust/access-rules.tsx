import { useEffect, useMemo, type ReactNode } from 'react';
import { aclText, editAcl, followAcl, useAcl } from '../../state/acl.store.ts';
import { cellKey, lineOf } from '../../state/verdict.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { AclActions } from './acl-actions.tsx';
import { AclEditor } from './acl-editor.tsx';
import { CastFields } from './cast-fields.tsx';
import { Doctor } from './doctor.tsx';

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
      <p className="soft loading">Reading the rules…</p>
    );
  }
  const errors = report?.diagnostics.filter(({ severity }) => severity === 'error').length ?? 0;
  const warnings = (report?.diagnostics.length ?? 0) - errors;
  return (
    <div className="trust-part">
      <AclActions errors={errors} />
      <div className="acl">
        <section className="panel acl-rules" aria-label="Rules">
          <div className="panel-head">
            <h2>Rules</h2>
            <span className="soft clip">
              {store.draft !== null ? 'not saved' : saved.isDefault ? 'the default' : 'your own'}
            </span>
            <span className="spring" />
            <span className="faint">
              {errors === 0 && warnings === 0
                ? 'no remarks'
                : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`}
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

function counted(count: number, word: string): string {
  return `${count.toString()} ${word}${count === 1 ? '' : 's'}`;
}

/** What the marks in the gutter say, for those who do not hover. */
function Remarks(): ReactNode {
  const diagnostics = useAcl((store) => store.report?.diagnostics) ?? NONE;
  if (diagnostics.length === 0) return null;
  return (
    <ol
      className="remarks"
      aria-label="Remarks on the rules"
      data-testid="acl-remarks"
      tabIndex={0}
    >
      {diagnostics.map((found) => (
        <li
          key={`${found.line.toString()} ${found.column.toString()} ${found.code}`}
          data-tone={found.severity === 'error' ? 'bad' : 'warn'}
        >
          <span className="remark-line">line {found.line}</span>
          <span>
            <span className="remark-word">{found.severity}</span> {found.message}.{' '}
            <span className="soft">{found.next}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
