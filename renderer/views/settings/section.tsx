import type { ReactNode } from 'react';

/** A titled part of Settings: what it is on the left, its fields on the right. */
export function Section(props: { title: string; says: string; children: ReactNode }): ReactNode {
  return (
    <section className="panel settings-section" aria-label={props.title}>
      <div>
        <h2>{props.title}</h2>
        <p className="soft">{props.says}</p>
      </div>
      <div className="fields">{props.children}</div>
    </section>
  );
}
