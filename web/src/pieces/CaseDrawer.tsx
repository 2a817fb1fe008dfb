// One case of a queue beside the list that it comes from: Escape closes it, arrows go to the case before or after. Never decides, and
// never leaves a case by itself.
import { Button, Drawer } from 'antd';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Given {
  /** The case; nothing is open without one. */
  id: string | undefined;
  title: ReactNode;
  /** The ids of the queue, as the list shows them. */
  queue: readonly string[];
  onOpen: (id: string) => void;
  onClose: () => void;
  /** What was done last, before this case came by itself. */
  said?: string | undefined;
  children: ReactNode;
}

/** The case after this one in a queue; the one before where it is the last. */
export function following(queue: readonly string[], id: string): string | undefined {
  const at = queue.indexOf(id);
  return queue[at + 1] ?? (at > 0 ? queue[at - 1] : undefined);
}

/** Arrows belong to what is typed or chosen in. */
const OWN_ARROWS = 'input, textarea, select, [role="combobox"], [role="radio"], [role="listbox"], [role="menu"]';

export function CaseDrawer({ id, title, queue, onOpen, onClose, said, children }: Given) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), [id]);
  const at = id === undefined ? -1 : queue.indexOf(id);
  const go = (way: 1 | -1) => {
    const to = at < 0 ? undefined : queue[at + way];
    if (to !== undefined) onOpen(to);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // What is asked in a window above the case reaches here too, and is not meant.
    if (!(event.target instanceof Element) || !frame.current?.contains(event.target) || event.target.closest(OWN_ARROWS)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') go(-1);
    else return;
    event.preventDefault();
  };
  return (
    <Drawer open={id !== undefined} onClose={onClose} size="min(1180px, 100vw)" closable={false} destroyOnHidden aria-label={t('case.label')} afterOpenChange={(isOpen) => isOpen && heading.current?.focus()}>
      <div ref={frame} className="z-case" onKeyDown={onKeyDown}>
        <div className="z-case-head">
          <h2 ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <span className="z-fill" />
          {at >= 0 && (
            <span className="z-row">
              <Button size="small" disabled={at === 0} onClick={() => go(-1)}>
                {t('case.before')}
              </Button>
              <span className="z-quiet">{t('case.at', { at: at + 1, all: queue.length })}</span>
              <Button size="small" disabled={at === queue.length - 1} onClick={() => go(1)}>
                {t('case.after')}
              </Button>
            </span>
          )}
          <Button size="small" onClick={onClose}>
            {t('case.close')}
          </Button>
        </div>
        <p className={said === undefined ? 'z-hidden' : 'z-notice z-tone-done'} role="status">
          {said}
        </p>
        {children}
        <p className="z-quiet z-small">{t('case.keys')}</p>
      </div>
    </Drawer>
  );
}
