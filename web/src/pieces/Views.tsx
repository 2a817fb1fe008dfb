// Filters of a list that somebody gave a name, kept in this browser. Never keeps rows, and leaves the present page of a list out.
import { Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keep, kept } from '../app/kept';

/** Views of one list, at most. */
const MOST = 20;

interface View {
  name: string;
  filters: Record<string, string>;
}

function isView(value: unknown): value is View {
  if (typeof value !== 'object' || value === null) return false;
  const { name, filters } = value as Partial<View>;
  return typeof name === 'string' && typeof filters === 'object' && filters !== null && Object.values(filters).every((one) => typeof one === 'string');
}

/** The views that were kept; what nobody can read is none. */
export function viewsOf(list: string): View[] {
  try {
    const all: unknown = JSON.parse(kept(`views.${list}`) ?? '[]');
    return Array.isArray(all) ? all.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

interface Given {
  name: string;
  filters: Record<string, string>;
  onChoose: (filters: Record<string, string>) => void;
}

export function Views({ name: list, filters, onChoose }: Given) {
  const { t } = useTranslation();
  const [views, setViews] = useState(() => viewsOf(list));
  const [typed, setTyped] = useState('');
  const write = (next: View[]) => {
    keep(`views.${list}`, JSON.stringify(next));
    setViews(next);
  };
  const add = () => {
    const name = typed.trim();
    if (name === '') return;
    write([...views.filter((view) => view.name !== name), { name, filters }].slice(-MOST));
    setTyped('');
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="z-choices">
          {views.length === 0 && <p className="z-quiet">{t('views.none')}</p>}
          {views.map((view) => (
            <div key={view.name} className="z-row">
              <Button type="link" onClick={() => onChoose(view.filters)}>
                {view.name}
              </Button>
              <span className="z-fill" />
              <Button size="small" aria-label={`${t('views.drop')}: ${view.name}`} onClick={() => write(views.filter((one) => one !== view))}>
                {t('views.drop')}
              </Button>
            </div>
          ))}
          <div className="z-row">
            <Input aria-label={t('views.name')} placeholder={t('views.name')} maxLength={40} value={typed} onChange={({ target }) => setTyped(target.value)} onPressEnter={add} />
            <Button disabled={typed.trim() === ''} onClick={add}>
              {t('views.keep')}
            </Button>
          </div>
        </div>
      }
    >
      <Button>{t('views.title')}</Button>
    </Popover>
  );
}
