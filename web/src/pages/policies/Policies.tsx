// Policies. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Policies() {
  const { t } = useTranslation();
  return (
    <Page title={t('policies.title')} lead={t('policies.lead')}>
      {null}
    </Page>
  );
}
