// What a line may belong to, to choose from: each candidate with what speaks for and against it, then what needs none. Never
// chooses, and never weighs.
import { Select } from 'antd';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../api/problem';
import { Amount } from '../../pieces/Amount';
import { CATALOGUES, useLanguage } from '../../text';
import type { Candidate, Reason } from './candidates';
import { needsAccount, othersOf, type Choice } from './choice';
import { ending, useBankAccounts } from './known';
import type { Line } from './states';

interface Given {
  line: Line;
  candidates: readonly Candidate[];
  choice: Choice | undefined;
  onChoice: (choice: Choice) => void;
  own: string | undefined;
  onOwn: (own: string) => void;
  /** Nothing can be chosen now; what was proposed stands out. */
  isClosed: boolean;
  proposed?: string | undefined;
}

export function Candidates({ line, candidates, choice, onChoice, own, onOwn, isClosed, proposed }: Given) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className="z-options">
      <legend className="z-hidden">{t('bank.mayBe')}</legend>
      {candidates.length === 0 && <p className="z-quiet">{t('bank.noCandidate')}</p>}
      {candidates.map((candidate) => {
        const isChosen = isClosed ? proposed === candidate.id : choice?.name === 'candidate' && choice.candidate.id === candidate.id;
        return (
          <Option key={candidate.id} name={name} isChosen={isChosen} isClosed={isClosed} isOff={!candidate.suggested} onChoose={() => onChoice({ name: 'candidate', candidate })}>
            <CandidateCard candidate={candidate} />
          </Option>
        );
      })}
      {!isClosed && <p className="z-options-title">{t('bank.noneOfThese')}</p>}
      {!isClosed &&
        othersOf(line).map((other) => (
          <Option key={other} name={name} isChosen={choice?.name === other} isClosed={false} isOff={false} onChoose={() => onChoice({ name: other })}>
            <strong>{t(`bank.decision.${other}`)}</strong> <span className="z-quiet">{t(`bank.hint.${other}`)}</span>
            {choice?.name === other && needsAccount(other) && <OwnAccount value={own} onValue={onOwn} />}
          </Option>
        ))}
    </fieldset>
  );
}

function Option({ name, isChosen, isClosed, isOff, onChoose, children }: { name: string; isChosen: boolean; isClosed: boolean; isOff: boolean; onChoose: () => void; children: ReactNode }) {
  const look = `z-option${isChosen ? ' z-chosen' : ''}${isOff ? ' z-off' : ''}`;
  if (isClosed) return <div className={look}>{children}</div>;
  return (
    <label className={look}>
      <input type="radio" name={name} checked={isChosen} disabled={isOff} onChange={onChoose} />
      <div className="z-grow">{children}</div>
    </label>
  );
}

function CandidateCard({ candidate: { kind, merchant, amount, party, reference, state, weighed, refusal } }: { candidate: Candidate }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <div className="z-row">
        <strong>{t(`bank.kind.${kind}`)}</strong>
        <span>{merchant?.name ?? party}</span>
        <span className="z-fill" />
        <Amount money={amount} />
      </div>
      <p className="z-quiet z-small">
        {party} · <code>{reference}</code> · {isKnown(state) ? t(`bank.standing.${state}`) : <code>{state}</code>}
      </p>
      <Reasons tone="done" label={t('bank.speaksFor')} reasons={weighed.speaks_for} />
      <Reasons tone="you" label={t('bank.speaksAgainst')} reasons={weighed.speaks_against} />
      {refusal && (
        <p className="z-reason z-tone-stopped">
          {textOf(refusal.why, language)} {textOf(refusal.cure, language)} ({t('problem.rule', { rule: refusal.rule })})
        </p>
      )}
    </>
  );
}

/** A state that there is a word for. */
function isKnown(state: string): state is keyof (typeof CATALOGUES)['en']['bank']['standing'] {
  return Object.hasOwn(CATALOGUES.en.bank.standing, state);
}

function Reasons({ reasons, label, tone }: { reasons: readonly Reason[]; label: string; tone: 'done' | 'you' }) {
  const language = useLanguage();
  if (reasons.length === 0) return null;
  return (
    <ul className="z-reasons">
      {reasons.map(({ code, text }) => (
        <li key={code} className={`z-reason z-tone-${tone}`}>
          <span className="z-mark-sign" aria-hidden="true">
            {tone === 'done' ? '+' : '−'}
          </span>
          <span className="z-hidden">{label} </span>
          {textOf(text, language)}
        </li>
      ))}
    </ul>
  );
}

function OwnAccount({ value, onValue }: { value: string | undefined; onValue: (own: string) => void }) {
  const { t } = useTranslation();
  const accounts = useBankAccounts();
  return (
    <Select
      className="z-wide-field"
      aria-label={t('bank.ownAccount')}
      placeholder={t('bank.ownAccount')}
      value={value ?? null}
      onChange={onValue}
      options={accounts.map(({ id, bank, number, currency, client_money }) => ({
        value: id,
        label: `${bank} ${ending(number)} · ${currency} · ${t(client_money ? 'bank.clientMoney' : 'bank.ownMoney')}`,
      }))}
    />
  );
}
