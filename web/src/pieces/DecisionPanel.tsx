// What may be done with a thing now, as the server's `allowed` says. What may not be done is shown with its reason; what moves
// money or cannot be undone says first what will happen. Never decides what is allowed.
import { Button, Modal } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../api/problem';
import { useLanguage, type Text } from '../text';
import { ProblemAlert } from './ProblemAlert';

/** Something that may be done, or the reason why not. */
export interface Action {
  command: string;
  label: string;
  /** The server's reason, when it may not be done now. */
  refused?: { why: Text; cure: Text; rule: string } | undefined;
  /** What is still to be filled in, or by whom it is to be done: it cannot be pressed while this is said. */
  needs?: string | undefined;
  /** What is filled in for it, above its button. */
  fields?: ReactNode;
  isMain?: boolean;
  isDanger?: boolean;
  /** What will happen, with figures: shown before it is confirmed. */
  consequence?: ReactNode;
  /** Whether what must be filled in there is; it is where nothing must. */
  isReady?: boolean;
  /** What it throws is shown here. */
  onDo: () => Promise<void>;
}

export function DecisionPanel({ actions, title }: { actions: readonly Action[]; title?: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const id = useId();
  const [askedFor, setAskedFor] = useState<string>();
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<unknown>();
  // As it stands now: what is filled in changes it.
  const asked = actions.find(({ command }) => command === askedFor);
  const go = async (action: Action) => {
    setBusy(action.command);
    setError(undefined);
    try {
      await action.onDo();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(undefined);
      setAskedFor(undefined);
    }
  };
  return (
    <section className="z-decision" aria-labelledby={id}>
      <h2 id={id}>{title ?? t('decision.title')}</h2>
      {actions.length === 0 && <p className="z-quiet">{t('decision.none')}</p>}
      {error !== undefined && <ProblemAlert error={error} />}
      {actions.map((action) => (
        <div key={action.command} className={action.fields === undefined ? undefined : 'z-with-fields'}>
          {action.fields}
          <Button
            block
            type={action.isMain ? 'primary' : 'default'}
            danger={action.isDanger ?? false}
            disabled={action.refused !== undefined || action.needs !== undefined || (busy !== undefined && busy !== action.command)}
            loading={busy === action.command}
            aria-describedby={action.refused || action.needs !== undefined ? `${id}-${action.command}` : undefined}
            onClick={() => (action.consequence === undefined ? void go(action) : setAskedFor(action.command))}
          >
            {action.label}
          </Button>
          {action.refused && (
            <p id={`${id}-${action.command}`} className="z-quiet z-small">
              {textOf(action.refused.why, language)} {textOf(action.refused.cure, language)} ({t('problem.rule', { rule: action.refused.rule })})
            </p>
          )}
          {!action.refused && action.needs !== undefined && (
            <p id={`${id}-${action.command}`} className="z-quiet z-small">
              {action.needs}
            </p>
          )}
        </div>
      ))}
      <Modal
        open={asked !== undefined}
        title={asked?.label}
        okText={t('decision.confirm')}
        cancelText={t('decision.cancel')}
        okButtonProps={{ danger: asked?.isDanger ?? false, loading: busy !== undefined, disabled: asked?.isReady === false }}
        onCancel={() => setAskedFor(undefined)}
        onOk={() => (asked ? go(asked) : undefined)}
      >
        <p>{t('decision.willHappen')}</p>
        {asked?.consequence}
      </Modal>
    </section>
  );
}
