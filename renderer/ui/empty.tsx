import type { ReactNode } from 'react';

/** Nothing here yet, why, and what to do about it. */
export function Empty(props: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <div className="empty-icon" aria-hidden>
        {props.icon}
      </div>
      <h2>{props.title}</h2>
      {props.children === undefined ? null : <p className="soft">{props.children}</p>}
      {props.action}
    </div>
  );
}
