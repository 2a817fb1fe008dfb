// The decision about a line: a first person proposes with evidence, a second one confirms or refuses. Says first what will happen.
// Never decides who may: that the same person cannot do both the server says, and it is told before it is tried.
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf, useGive } from '../../api/act';
import { one, type Schemas } from '../../api/client';
import { about } from '../../api/live';
import { spoken } from '../../format/money';
import { useActorName, useMe } from '../../pieces/actor';
import { DecisionPanel, type Action } from '../../pieces/DecisionPanel';
import { paidBy, proposedBy, type Candidate, type Proposed } from './candidates';
import { outcomeOf, proposalOf, type Choice } from './choice';
import { useAccountName } from './known';
import type { Line } from './states';

interface Given {
  line: Line;
  environment: Schemas['Environment'];
  allowed: readonly Schemas['Allowed'][];
  candidates: readonly Candidate[];
  choice: Choice | undefined;
  own: string | undefined;
  /** Something was done: said for whoever goes on to the next case. */
  onDone: (said: string) => void;
}

const LETTERS = 500;

export function Deciding(given: Given) {
  return given.line.state.name === 'proposed' ? <Second {...given} state={given.line.state} /> : <First {...given} />;
}

function First({ line, environment, allowed, candidates, choice, own, onDone }: Given) {
  const { t } = useTranslation();
  const give = useGive();
  const accountName = useAccountName();
  const [evidence, setEvidence] = useState('');
  const said = saidOf(allowed, 'bank.propose_decision');
  if (said?.refused) return <DecisionPanel actions={[{ command: 'bank.propose_decision', label: t('bank.propose'), refused: said.refused, onDo: () => Promise.resolve() }]} />;
  const amount = spoken(line.amount);
  const pays = choice?.name === 'candidate' ? paidBy(choice.candidate) : undefined;
  if (choice?.name === 'candidate' && pays) {
    const outcome = t('bank.outcome.pay_out', { amount, payee: choice.candidate.party, id: choice.candidate.id });
    return (
      <DecisionPanel
        actions={[
          {
            command: 'bank.pay_out',
            label: t('bank.payOut'),
            isMain: true,
            refused: saidOf(allowed, 'bank.pay_out')?.refused,
            consequence: <p>{outcome}</p>,
            onDo: async () => {
              await give('bank.pay_out', pays);
              onDone(t('bank.done.pay_out', { amount }));
            },
          },
        ]}
      />
    );
  }
  const body = choice && bodyOf(choice, own, { environment, bank_account: line.account, line: line.id });
  const why = evidence.trim();
  const needs = !choice ? t('bank.needs.choice') : !body ? t('bank.needs.account') : why === '' ? t('bank.needs.evidence') : undefined;
  return (
    <>
      {body && (
        <div className="z-proposal z-tone-us">
          <p className="z-quiet z-small">{t('bank.youChose')}</p>
          <p>{outcomeOf(body.decision, { line, candidates, accountName, t })}</p>
        </div>
      )}
      <Words label={t('bank.evidence')} hint={t('bank.evidenceHint')} value={evidence} onValue={setEvidence} />
      <DecisionPanel
        actions={[
          {
            command: 'bank.propose_decision',
            label: t('bank.propose'),
            isMain: true,
            needs,
            consequence: body && (
              <>
                <p>{t('bank.nothingYet', { amount })}</p>
                <p>{t('bank.then', { outcome: outcomeOf(body.decision, { line, candidates, accountName, t }) })}</p>
              </>
            ),
            onDo: async () => {
              if (!body) return;
              await give('bank.propose_decision', { ...body, evidence: why });
              onDone(t('bank.done.proposed', { amount }));
            },
          },
        ]}
      />
    </>
  );
}

function bodyOf(choice: Choice, own: string | undefined, at: Omit<Proposed, 'decision'>): Proposed | undefined {
  if (choice.name === 'candidate') return proposedBy(choice.candidate);
  const decision = proposalOf(choice.name, own);
  return decision && { ...at, decision };
}

function Second({ line, environment, allowed, candidates, onDone, state }: Given & { state: Extract<Line['state'], { name: 'proposed' }> }) {
  const { t } = useTranslation();
  const give = useGive();
  const accountName = useAccountName();
  const me = useMe();
  const actorName = useActorName();
  const [reason, setReason] = useState('');
  const [bank, setBank] = useState('');
  const [isEnding, setEnding] = useState(true);
  const isReturn = state.decision.name === 'return_to_payer';
  const waiting = useWaiting(isReturn ? line.id : undefined, candidates);
  const amount = spoken(line.amount);
  const outcome = outcomeOf(state.decision, { line, candidates, accountName, t });
  const at = { environment, bank_account: line.account, line: line.id };
  const needs = me === state.maker ? t('bank.needs.second') : undefined;
  const ended = isReturn && isEnding ? waiting : undefined;
  const actions: Action[] = [
    {
      command: 'bank.confirm_decision',
      label: t('bank.confirm'),
      isMain: true,
      refused: saidOf(allowed, 'bank.confirm_decision')?.refused,
      needs,
      consequence: (
        <>
          <p>{outcome}</p>
          {ended && <p>{t('bank.outcome.ends', { reference: ended.reference, merchant: ended.merchant?.name ?? ended.party })}</p>}
        </>
      ),
      onDo: async () => {
        await give('bank.confirm_decision', {
          ...at,
          ...(isReturn && bank.trim() !== '' && { payer_bank: bank.trim() }),
          ...(ended?.merchant && { meant_for: { merchant: ended.merchant.id, top_up: ended.id } }),
        });
        onDone(t('bank.done.confirmed', { amount }));
      },
    },
    {
      command: 'bank.refuse_decision',
      label: t('bank.refuse'),
      refused: saidOf(allowed, 'bank.refuse_decision')?.refused,
      needs: needs ?? (reason.trim() === '' ? t('bank.needs.reason') : undefined),
      consequence: <p>{t('bank.outcome.refuse', { amount })}</p>,
      onDo: async () => {
        await give('bank.refuse_decision', { ...at, reason: reason.trim() });
        onDone(t('bank.done.refused', { amount }));
      },
    },
  ];
  return (
    <>
      <div className="z-proposal z-tone-you">
        <p className="z-quiet z-small">{t('bank.proposedBy', { maker: actorName(state.maker) })}</p>
        <p>{outcome}</p>
        <p className="z-small">{t('bank.evidenceIs', { evidence: state.evidence })}</p>
      </div>
      {isReturn && (
        <label className="z-field">
          {t('bank.payerBank')}
          <Input value={bank} maxLength={140} onChange={({ target }) => setBank(target.value)} />
          <span className="z-quiet z-small">{t('bank.payerBankHint')}</span>
        </label>
      )}
      {isReturn && waiting && (
        <Checkbox checked={isEnding} onChange={({ target }) => setEnding(target.checked)}>
          {t('bank.endsToo', { reference: waiting.reference })}
        </Checkbox>
      )}
      {needs === undefined && <Words label={t('bank.refuseReason')} value={reason} onValue={setReason} />}
      <DecisionPanel actions={actions} />
    </>
  );
}

/** The request that waits for a person because of this line. */
function useWaiting(line: string | undefined, candidates: readonly Candidate[]): Candidate | undefined {
  const asked = candidates.filter(({ kind }) => kind === 'top_up');
  const { data } = useQuery({
    queryKey: about(['top_up'], 'waiting', line, asked.map(({ id }) => id)),
    queryFn: async ({ signal }) => {
      const read = await Promise.all(asked.map(({ id }) => one('/api/v1/top-ups', id, signal)));
      return read.find(({ record: { state } }) => state.name === 'in_review' && state.line === line)?.id ?? null;
    },
    enabled: line !== undefined && asked.length > 0,
  });
  return asked.find(({ id }) => id === data);
}

function Words({ label, hint, value, onValue }: { label: string; hint?: string; value: string; onValue: (value: string) => void }) {
  const id = useId();
  return (
    <div className="z-field">
      <label htmlFor={id}>{label}</label>
      <Input.TextArea id={id} rows={2} maxLength={LETTERS} value={value} aria-describedby={hint === undefined ? undefined : `${id}-hint`} onChange={({ target }) => onValue(target.value)} />
      {hint !== undefined && (
        <span id={`${id}-hint`} className="z-quiet z-small">
          {hint}
        </span>
      )}
    </div>
  );
}
