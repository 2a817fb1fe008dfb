// Why a merchant's promotions are stopped: since when, which ones, and what brings them back. The first thing seen while it is so;
// every figure and every reason is the server's, and nothing
// is worked out here.
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../api/problem';
import { isZero, type Money } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { CopyText } from '../../pieces/CopyText';
import { Deadline, Moment } from '../../pieces/Moment';
import { useLanguage } from '../../text';
import { Until } from './Until';
import type { LikelyLine, OpenTopUp, Standing, Way } from './asking';

export function Stopped({ standing, onTopUp }: { standing: Standing; onTopUp: (amount: Money | undefined) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { breaker, cure, promotions, open_top_ups: requests } = standing;
  const stopped = promotions.filter(({ state }) => state.name === 'suspended' && state.cause === 'breaker');
  const since = breaker.opened_at ?? breaker.since;
  return (
    <section className="z-stopped z-tone-stopped" aria-labelledby="stopped">
      <h2 id="stopped">
        {t(breaker.state === 'floor' ? 'accounts.stopped.floor' : 'accounts.stopped.title')} {since !== null && <Moment at={since} />}
      </h2>
      <div className="z-stopped-columns">
        <div>
          <h3>{t('accounts.stopped.why')}</h3>
          <ul className="z-bullets">
            {breaker.cause && <li className="z-sentence">{textOf(breaker.cause.text, language)}</li>}
            {cure?.kept_open_by.map(({ code, text }) => <li key={code} className="z-sentence">{textOf(text, language)}</li>)}
          </ul>
          <h3>{t('accounts.stopped.which')}</h3>
          {stopped.length === 0 ? (
            <p>{t('accounts.stopped.none')}</p>
          ) : (
            <ul className="z-bullets">
              {stopped.map(({ id, name, state }) => (
                <li key={id}>
                  <Link to="/o/promotions/$id" params={{ id }}>
                    {name}
                  </Link>{' '}
                  {state.name === 'suspended' && <span className="z-quiet">{t(state.begun ? 'accounts.stopped.ran' : 'accounts.stopped.waited')}</span>}
                </li>
              ))}
            </ul>
          )}
        </div>
        <div>
          <h3>{t('accounts.stopped.cure')}</h3>
          {cure && !isZero(cure.needed) && (
            <p>
              {t('accounts.stopped.needed')} <strong><Amount money={cure.needed} /></strong>
            </p>
          )}
          {requests.map((one) => (
            <Waiting key={one.id} request={one} />
          ))}
          <ul className="z-ways">
            {cure?.ways.map((way) => (
              <WayOut key={way.kind} way={way} isNeeded={requests.length === 0} onTopUp={onTopUp} />
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}

function WayOut({ way, isNeeded, onTopUp }: { way: Way; isNeeded: boolean; onTopUp: (amount: Money | undefined) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <li>
      <span className="z-sentence">{textOf(way.text, language)}</span>
      {way.until !== null && <Deadline at={way.until} />}
      {way.kind === 'top_up' && (
        <Button type={isNeeded ? 'primary' : 'default'} size="small" onClick={() => onTopUp(way.amount ?? undefined)}>
          {t('accounts.topUp.begin')}
        </Button>
      )}
    </li>
  );
}

/** A request: what must be in the wire, or the wire that came and waits for people. */
function Waiting({ request }: { request: OpenTopUp }) {
  const { t } = useTranslation();
  const { amount, payer, remark_code: code, expires_at: until, lines } = request;
  return (
    <div className="z-waiting">
      <p>
        {t('accounts.stopped.asked')} <Amount money={amount} /> {t('accounts.stopped.from', { payer })}
      </p>
      {lines.length === 0 ? (
        <>
          <CopyText label={t('accounts.topUp.remark')} text={code} />
          {until !== null && <Until at={until} />}
        </>
      ) : (
        lines.map((line) => <Came key={line.line} line={line} />)
      )}
    </div>
  );
}

function Came({ line }: { line: LikelyLine }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const against = line.weighed.speaks_against;
  return (
    <div className="z-came">
      <p>
        <strong>
          {t('accounts.stopped.came')} <Amount money={line.amount} />
        </strong>{' '}
        {t(line.state === 'proposed' ? 'accounts.stopped.second' : 'accounts.stopped.person')}
      </p>
      {against.length > 0 && <p className="z-quiet z-sentence">{against.map(({ text }) => textOf(text, language)).join(' ')}</p>}
      <Link className="z-primary-link" to="/o/bank-lines" search={{ line: line.line }}>
        {t('accounts.stopped.toLine')}
      </Link>
    </div>
  );
}
