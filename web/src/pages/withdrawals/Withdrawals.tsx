// Withdrawals. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Withdrawals() {
  const { t } = useTranslation();
  return (
    <Page title={t('withdrawals.title')} lead={t('withdrawals.lead')}>
      {null}
    </Page>
  );
}
