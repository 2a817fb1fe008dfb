// Long work. Shows what the server says and computes nothing.
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';

export function Operations() {
  const { t } = useTranslation();
  return (
    <Page title={t('operations.title')} lead={t('operations.lead')}>
      {null}
    </Page>
  );
}
