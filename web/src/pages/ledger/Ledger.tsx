// Ledger. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Ledger() {
  const { t } = useTranslation();
  return (
    <Page title={t('ledger.title')} lead={t('ledger.lead')}>
      {null}
    </Page>
  );
}
