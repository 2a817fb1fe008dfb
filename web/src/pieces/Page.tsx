// The frame of a page: its title, what it is for, what can be done. And the head of an object's page: name, state, what it waits
// for and for whom. Never fetches.
import { useEffect, useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tone } from '../theme/tokens';
import { StatusTag } from './StatusTag';

interface Given {
  title: string;
  lead?: string;
  actions?: ReactNode;
  /** In place of title and lead; `null` for a page that has a heading of its own. */
  header?: ReactNode;
  children: ReactNode;
}

export function Page({ title, lead, actions, header, children }: Given) {
  const { t } = useTranslation();
  const product = t('product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <div className="z-page">
      {header === undefined ? (
        <header className="z-page-head">
          <div>
            <h1>{title}</h1>
            {lead !== undefined && <p className="z-quiet">{lead}</p>}
          </div>
          {actions !== undefined && <div className="z-row">{actions}</div>}
        </header>
      ) : (
        header
      )}
      {children}
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section({ title, lead, actions, children }: { title: string; lead?: string; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="z-section" aria-labelledby={id}>
      <header className="z-section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p className="z-quiet">{lead}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}

interface Head {
  name: string;
  id: string;
  tone: Tone;
  state: string;
  /** What it waits for, and for whom. */
  waitsFor?: ReactNode;
  actions?: ReactNode;
}

export function ObjectHeader({ name, id, tone, state, waitsFor, actions }: Head) {
  const { t } = useTranslation();
  return (
    <header className="z-page-head">
      <div>
        <h1>
          {name} <StatusTag tone={tone} word={state} />
        </h1>
        <p className="z-row z-quiet">
          <code>{id}</code>
          {waitsFor !== undefined && (
            <span>
              {t('decision.waitsFor')} {waitsFor}
            </span>
          )}
        </p>
      </div>
      {actions !== undefined && <div className="z-row">{actions}</div>}
    </header>
  );
}
