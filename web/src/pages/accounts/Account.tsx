// Prepaid accounts. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Account() {
  const { t } = useTranslation();
  return (
    <Page title={t('accounts.title')} lead={t('accounts.lead')}>
      {null}
    </Page>
  );
}
