// The accounts of an owner, by the chart of accounts, each with what it is kept for and its balance. Never adds them up.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { page, type Schemas } from '../../api/client';
import { about } from '../../api/live';
import { usePlace } from '../../app/place';
import { Amount } from '../../pieces/Amount';
import { useLanguage } from '../../text';

type Account = Schemas['LedgerAccount'];

/** Prepaid accounts of a merchant, at most: one a programme. */
const PROGRAMMES = 50;
const NONE = /^0+$/;

/** The prepaid account that the letters of a dimension mean. */
function useKeptFor(merchant: string | undefined): (dimension: string) => string | undefined {
  const { environment } = usePlace();
  const prepaid = useQuery({
    queryKey: about(['prepaid_account'], 'ledger', environment, merchant),
    queryFn: ({ signal }) => page('/api/v1/prepaid-accounts', { environment, limit: PROGRAMMES, merchant: merchant ?? '' }, signal),
    enabled: merchant !== undefined,
  });
  return (dimension) => prepaid.data?.rows.find(({ record }) => record.programme.endsWith(dimension))?.id;
}

export function Accounts({ rows, owner, merchant, open, onOpen }: { rows: readonly Account[]; owner: string; merchant: string | undefined; open: string | undefined; onOpen: (account: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const keptFor = useKeptFor(merchant);
  return (
    <table className="z-plain">
      <caption className="z-hidden">{t('ledger.accounts')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('ledger.code')}</th>
          <th scope="col">{t('ledger.name')}</th>
          <th scope="col">{t('ledger.for')}</th>
          <th scope="col" className="z-right">
            {t('ledger.balance')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((account) => (
          <tr key={account.id} className={account.id === open ? 'z-open-row' : ''}>
            <td className="z-figures">{account.code}</td>
            <th scope="row">
              <button type="button" className="z-link" aria-expanded={account.id === open} onClick={() => onOpen(account.id)}>
                {account[language]}
              </button>
            </th>
            <td>{NONE.test(account.dimension) || owner.endsWith(account.dimension) ? <span className="z-quiet">{t('ledger.forAll')}</span> : <code>{keptFor(account.dimension) ?? account.dimension}</code>}</td>
            <td className="z-right">
              <Amount money={account.balance} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
