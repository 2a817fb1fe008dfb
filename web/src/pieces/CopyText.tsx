// A text that is written somewhere else, and a button that copies it. Says in words whether it did; never copies by itself.
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export function CopyText({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<'copied' | 'selected'>();
  const place = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      // A page without a secure connection may not write there: it is selected, so that one key is enough.
      if (place.current) window.getSelection()?.selectAllChildren(place.current);
      setSaid('selected');
    }
  };
  return (
    <div className="z-copy">
      <span className="z-quiet">{label}</span>
      <strong ref={place} className="z-figures">
        {text}
      </strong>
      <Button size="small" aria-label={`${t('accounts.copy.copy')}: ${label}`} onClick={() => void copy()}>
        {t('accounts.copy.copy')}
      </Button>
      <span role="status" className="z-quiet z-small">
        {said && t(`accounts.copy.${said}`)}
      </span>
    </div>
  );
}
