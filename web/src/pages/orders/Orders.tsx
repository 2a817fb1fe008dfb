// Orders. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Orders() {
  const { t } = useTranslation();
  return (
    <Page title={t('orders.title')} lead={t('orders.lead')}>
      {null}
    </Page>
  );
}
