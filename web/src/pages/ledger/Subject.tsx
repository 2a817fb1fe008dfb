// What a transfer was booked for: the object, found by the kind of the booking, with all that the server says of it. Never changes
// it, and shows letters where nobody knows the object.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Kind, one, type ListPath, type Schemas } from '../../api/client';
import { about } from '../../api/live';
import { Amount } from '../../pieces/Amount';
import { Moment } from '../../pieces/Moment';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { Values } from '../../pieces/Values';

type Transfer = Schemas['Transfer'];
type PostingKind = Transfer['kind'];
/** A kind that has a word. */
type Known = NonNullable<PostingKind> | 'other';

interface Place {
  kind: Kind;
  path: ListPath;
  prefix: string;
}

const HOLD: Place = { kind: 'hold', path: '/api/v1/holds', prefix: 'hd_' };
const TOP_UP: Place = { kind: 'top_up', path: '/api/v1/top-ups', prefix: 'tu_' };
const WITHDRAWAL: Place = { kind: 'withdrawal', path: '/api/v1/withdrawals', prefix: 'wd_' };
const BANK_LINE: Place = { kind: 'bank_line', path: '/api/v1/bank-lines', prefix: 'bl_' };

const HOLDS: readonly PostingKind[] = ['freeze', 'release', 'settle', 'settled_refund', 'arrears', 'arrears_dropped', 'arrears_settled', 'arrears_repaid', 'arrears_written_off'];
const TOP_UPS: readonly PostingKind[] = ['top_up', 'top_up_undone'];

/** The word of a booking: one of an older or newer program has none of its own. */
export function wordOf(kind: PostingKind): Known {
  return kind ?? 'other';
}

/** What kind of object a booking is for. */
export function placeOf(kind: PostingKind): Place | undefined {
  if (kind === null) return undefined;
  if (HOLDS.includes(kind)) return HOLD;
  if (TOP_UPS.includes(kind)) return TOP_UP;
  if (kind.startsWith('withdrawal_')) return WITHDRAWAL;
  return kind === 'opening' || kind === 'correction' ? undefined : BANK_LINE;
}

/** The id of what it was booked for. */
export function idOf({ kind, subject }: Pick<Transfer, 'kind' | 'subject'>): string {
  return (placeOf(kind)?.prefix ?? '') + subject;
}

export function Subject({ of, onClose }: { of: Transfer | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const place = of && placeOf(of.kind);
  const id = of && idOf(of);
  const object = useQuery({
    queryKey: about(place ? [place.kind] : [], 'subject', id),
    queryFn: ({ signal }) => one((place ?? HOLD).path, id ?? '', signal),
    enabled: place !== undefined,
  });
  return (
    <Drawer open={of !== undefined} onClose={onClose} size={560} title={of && `${t(`ledger.kinds.${wordOf(of.kind)}`)} · ${t('ledger.subject')}`}>
      {of && (
        <div className="z-stack">
          <p className="z-row">
            <code>{id}</code>
            <span className="z-fill" />
            <Amount money={of.amount} /> {t(`ledger.${of.side}`)} <Moment at={of.booked_at} />
          </p>
          {place?.kind === 'bank_line' && id !== undefined && (
            <Link to="/o/bank-lines" search={{ line: id }}>
              {t('ledger.openLine')}
            </Link>
          )}
          {object.error && <ProblemAlert error={object.error} onRetry={() => void object.refetch()} />}
          {place && object.isPending && !object.error && <Skeleton active={false} />}
          {object.data && <Values value={object.data.record} label={t('ledger.subject')} />}
          {!place && <p className="z-quiet">{t('ledger.noSubject')}</p>}
        </div>
      )}
    </Drawer>
  );
}
