// Bank lines. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function BankLines() {
  const { t } = useTranslation();
  return (
    <Page title={t('bank.title')} lead={t('bank.lead')}>
      {null}
    </Page>
  );
}
