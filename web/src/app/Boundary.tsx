// What is shown when a page breaks: that it is our mistake, and a way on. Never shows the error's own text, and never hides that
// something broke.
import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The page's place while it is broken. */
export function Broken({ onAgain }: { onAgain?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="z-alone" role="alert">
      <h1>{t('broken.title')}</h1>
      <p className="z-quiet">{t('broken.why')}</p>
      <Button type="primary" onClick={onAgain ?? (() => window.location.reload())}>
        {t('broken.again')}
      </Button>
    </div>
  );
}

export class Boundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}
