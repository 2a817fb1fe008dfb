// Promotions. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Promotions() {
  const { t } = useTranslation();
  return (
    <Page title={t('promotions.title')} lead={t('promotions.lead')}>
      {null}
    </Page>
  );
}
