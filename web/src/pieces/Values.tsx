// All that the server says of a thing, as fields and values, for whoever looks behind a page. Never words anything anew.
import { useTranslation } from 'react-i18next';
import { figures } from '../format/money';
import { moment } from '../format/time';
import { leaves } from './leaves';

const IS_MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const IS_MONEY = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/;

function shown(value: string): string {
  const money = IS_MONEY.exec(value);
  if (money) return `${figures(money[1] ?? '')} ${money[2] ?? ''}`;
  return IS_MOMENT.test(value) ? moment(value) : value;
}

export function Values({ value, label }: { value: unknown; label: string }) {
  const { t } = useTranslation();
  return (
    <table className="z-plain z-dense">
      <caption className="z-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{t('parts.field')}</th>
          <th scope="col">{t('parts.value')}</th>
        </tr>
      </thead>
      <tbody>
        {leaves(value).map(({ path, value: text }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
            </th>
            <td>{shown(text)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
