import { Button } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';

export type Primary = {
  name: string;
  onPress: () => void;
  /** Why it cannot be pressed now; null when it can. */
  blocked?: string | null;
  busy?: boolean;
};

/** One step: what it is about, its content, and at the foot one way on. */
export function Frame(props: {
  title: string;
  says?: ReactNode;
  back?: (() => void) | null;
  primary?: Primary | null;
  /** Beside the way on, smaller. */
  aside?: ReactNode;
  /** The title is not to take the focus: something in it does. */
  keepsFocus?: boolean;
  children: ReactNode;
}): ReactNode {
  const { back, primary, keepsFocus } = props;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (keepsFocus !== true) title.current?.focus({ preventScroll: true });
  }, [keepsFocus]);
  return (
    <section className="guided-step" aria-labelledby="guided-title">
      <div className="guided-body">
        <h1 id="guided-title" ref={title} tabIndex={-1}>
          {props.title}
        </h1>
        {props.says === undefined ? null : <p className="guided-says">{props.says}</p>}
        {props.children}
      </div>
      {back || primary || props.aside ? (
        <footer className="guided-foot">
          {back ? (
            <Button
              size="lg"
              variant="default"
              data-testid="guided-back"
              leftSection={<IconArrowLeft size={20} aria-hidden />}
              onClick={back}
            >
              {t('guided:back')}
            </Button>
          ) : null}
          {props.aside}
          <span className="spring" />
          {primary ? <PrimaryButton {...primary} /> : null}
        </footer>
      ) : null}
    </section>
  );
}

/** Never a dead button without a word: what is missing stands beside it. */
function PrimaryButton({ name, onPress, blocked = null, busy = false }: Primary): ReactNode {
  return (
    <>
      {blocked === null ? null : (
        <span className="guided-blocked" id="guided-blocked" data-testid="guided-blocked">
          {blocked}
        </span>
      )}
      <Button
        size="lg"
        data-testid="guided-next"
        disabled={blocked !== null}
        aria-describedby={blocked === null ? undefined : 'guided-blocked'}
        loading={busy}
        rightSection={<IconArrowRight size={20} aria-hidden />}
        onClick={onPress}
      >
        {name}
      </Button>
    </>
  );
}
