// Until when a request for a top-up waits for its wire. Never ends one: the server does.
import { useTranslation } from 'react-i18next';
import { Deadline } from '../../pieces/Moment';

export function Until({ at }: { at: string }) {
  const { t } = useTranslation();
  return (
    <div className="z-copy">
      <span className="z-quiet">{t('accounts.topUp.until')}</span>
      <Deadline at={at} />
    </div>
  );
}
