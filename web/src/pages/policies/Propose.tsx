// Asking for other figures: only what is changed is sent, with the moment from which it holds and why. A second person confirms.
// What was typed stays after a refusal, which stands at its figure where the server names one.
import { Button, Drawer, Input, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGive } from '../../api/act';
import { problemOf } from '../../api/problem';
import { usePlace } from '../../app/place';
import { MomentPick } from '../../pieces/MomentPick';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { CHOICES, GROUPED, type Name, textOf, unitOf, valueOf } from './figures';
import { rangeOf, useInForce } from './InForce';
import { useFigureWords } from './words';

type Texts = Partial<Record<Name, string>>;

/** The figure that a refusal names. */
function namedBy(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  const { said } = problemOf(error);
  return typeof said === 'string' ? undefined : said.figures.find(({ name }) => name === 'key')?.value;
}

export function Propose({ onClose, onDone }: { onClose: () => void; onDone: (version: string) => void }) {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const give = useGive();
  const words = useFigureWords();
  const holding = useInForce(environment, undefined);
  const [texts, setTexts] = useState<Texts>({});
  const [from, setFrom] = useState<string>();
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { data } = holding;
  const before = (name: Name) => (data ? textOf(name, data.prepaid[name]) : '');
  const changed = (Object.keys(texts) as Name[]).filter((name) => texts[name] !== undefined && texts[name] !== before(name));
  const values = changed.map((name) => [name, valueOf(name, texts[name] ?? '')] as const);
  const unread = values.filter(([, value]) => value === undefined).map(([name]) => name);
  const named = namedBy(error);
  const isReady = values.length > 0 && unread.length === 0 && from !== undefined && reason.trim() !== '';
  const send = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { policy } = await give('policy.propose', { environment, prepaid: Object.fromEntries(values), valid_from: from ?? '', reason: reason.trim() });
      onDone(policy);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Drawer
      open
      onClose={onClose}
      size={640}
      title={t('policies.propose')}
      footer={
        <div className="z-row">
          <span className="z-quiet">{isReady ? t('policies.readyToSend', { count: values.length }) : t('policies.notReady')}</span>
          <span className="z-fill" />
          <Button onClick={onClose}>{t('policies.cancel')}</Button>
          <Button type="primary" disabled={!isReady} loading={isBusy} onClick={() => void send()}>
            {t('policies.send')}
          </Button>
        </div>
      }
    >
      {holding.error && <ProblemAlert error={holding.error} onRetry={() => void holding.refetch()} />}
      {!data && !holding.error && <Skeleton active={false} />}
      {data && (
        <div className="z-stack">
          <p className="z-quiet">{t('policies.proposeLead')}</p>
          {error !== undefined && <ProblemAlert error={error} />}
          {values.length > 0 && (
            <ul className="z-told z-tone-us" aria-label={t('policies.changes')}>
              {values.map(([name, value]) => (
                <li key={name}>
                  {words.name(name)}: {words.value(name, data.prepaid[name])} → {value === undefined ? t('policies.unread') : words.value(name, value)}
                </li>
              ))}
            </ul>
          )}
          <div className="z-stack">
            <MomentPick label={t('policies.validFrom')} value={from} onValue={setFrom} isAhead />
            <label className="z-field">
              {t('policies.reason')}
              <Input.TextArea rows={2} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
            </label>
          </div>
          {GROUPED.map(({ group, names }) => (
            <fieldset key={group} className="z-group">
              <legend>{t(`policies.groups.${group}`)}</legend>
              {names.map((name) => (
                <Field
                  key={name}
                  name={name}
                  value={texts[name] ?? before(name)}
                  range={words.range(name, rangeOf(data, name))}
                  isChanged={changed.includes(name)}
                  isWrong={unread.includes(name) || named === name}
                  onValue={(text) => setTexts({ ...texts, [name]: text })}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </Drawer>
  );
}

interface Given {
  name: Name;
  value: string;
  range: string | undefined;
  isChanged: boolean;
  isWrong: boolean;
  onValue: (text: string) => void;
}

function isChoice(name: Name): name is keyof typeof CHOICES {
  return Object.hasOwn(CHOICES, name);
}

function Field({ name, value, range, isChanged, isWrong, onValue }: Given) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const unit = unitOf(name);
  return (
    <label className={`z-figure-field${isChanged ? ' z-changed' : ''}`}>
      <span>
        {words.name(name)}
        <span className={`z-small z-block ${isWrong ? 'z-wrong' : 'z-quiet'}`}>{isWrong && range === undefined ? t('policies.unread') : range}</span>
      </span>
      {isChoice(name) ? (
        <Select aria-label={words.name(name)} value={value} popupMatchSelectWidth={false} options={CHOICES[name].map((one) => ({ value: one as string, label: words.value(name, one) }))} onChange={onValue} />
      ) : (
        <Input
          aria-label={words.name(name)}
          className="z-figures"
          inputMode={unit === 'times' ? 'text' : 'decimal'}
          autoComplete="off"
          status={isWrong ? 'error' : ''}
          aria-invalid={isWrong}
          suffix={unit !== 'times' && <span className="z-quiet z-small">{t(`policies.unit.${unit}`)}</span>}
          placeholder={unit === 'times' ? t('policies.unit.times') : ''}
          value={value}
          onChange={({ target }) => onValue(target.value)}
        />
      )}
    </label>
  );
}
