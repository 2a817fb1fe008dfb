// An amount as it is shown everywhere: tabular figures, currency always, income and expense by sign, word and colour (R1-31).
// Never computes, and never says which of both it is: the server does.
import { useTranslation } from 'react-i18next';
import { figures, isNegative, isZero, MINUS, type Money } from '../format/money';

/** Which way money went, where that is meant. */
export type Flow = 'income' | 'expense';

/** The sign that is shown before the figures. */
export function signed(money: Money, flow?: Flow): string {
  const shown = figures(money.amount);
  if (flow === undefined || isZero(money) || isNegative(money)) return shown;
  return (flow === 'income' ? '+' : MINUS) + shown;
}

export function Amount({ money, flow }: { money: Money; flow?: Flow | undefined }) {
  const { t } = useTranslation();
  return (
    <span className={`z-amount${flow && !isZero(money) ? ` z-${flow}` : ''}`}>
      {flow && <span className="z-hidden">{t(`money.${flow}`)} </span>}
      {signed(money, flow)} <span className="z-currency">{money.currency}</span>
    </span>
  );
}
