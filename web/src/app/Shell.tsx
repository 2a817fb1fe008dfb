// The frame around every page of an operator: navigation by job, language, theme, person. Leads to sign-in whoever did not come
// in. Shows only entries that have a page, and no figure of its own.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Hearing, useLive } from '../api/live';
import { sessionQuery, signOut } from '../api/session';
import { ProblemAlert } from '../pieces/ProblemAlert';
import { StatusTag } from '../pieces/StatusTag';
import { LanguageAndTheme } from './Bar';
import { Mark } from './Mark';
import { usePlace } from './place';

/** The navigation, by job: each entry for who may look at its page. */
const ENTRIES = [
  { group: undefined, entries: [{ to: '/o', key: 'navigation.home', needs: 'work.read' }, { to: '/o/tasks', key: 'navigation.tasks', needs: 'system.read' }] },
  {
    group: 'navigation.selling',
    entries: [
      { to: '/o/accounts', key: 'accounts.title', needs: 'money.read' },
      { to: '/o/promotions', key: 'promotions.title', needs: 'orders.read' },
      { to: '/o/orders', key: 'orders.title', needs: 'orders.read' },
    ],
  },
  {
    group: 'navigation.money',
    entries: [
      { to: '/o/bank-lines', key: 'bank.title', needs: 'bank.read' },
      { to: '/o/withdrawals', key: 'withdrawals.title', needs: 'money.read' },
      { to: '/o/ledger', key: 'ledger.title', needs: 'bank.read' },
    ],
  },
  {
    group: 'navigation.system',
    entries: [
      { to: '/o/policies', key: 'policies.title', needs: 'policies.read' },
      { to: '/o/operations', key: 'operations.title', needs: 'exports.ask' },
    ],
  },
] as const;

/** What is open before there is a second factor. */
const OWN = ['/o/password', '/o/security', '/o/sign-in'];

export function Shell() {
  const { t } = useTranslation();
  const location = useLocation();
  const session = useQuery(sessionQuery);
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const isOutside = session.data === null;
  const person = session.data?.person;
  const hearing = useLive(person !== undefined);
  const { environment } = usePlace();
  useEffect(() => {
    if (!isOutside) return;
    // Once, and from where one was: the address changes before this page is gone.
    const { href } = router.state.location;
    void router.navigate({ to: '/o/sign-in', search: href === '/o' ? {} : { to: href }, replace: true });
  }, [isOutside, router]);
  const mustSecure = person?.needs_second_factor === true && !OWN.includes(location.pathname);
  useEffect(() => {
    if (mustSecure) void router.navigate({ to: '/o/security', replace: true });
  }, [mustSecure, router]);
  if (isOutside) return null;
  const shown = ENTRIES.map(({ group, entries }) => ({ group, entries: entries.filter(({ needs }) => person?.permissions.includes(needs) === true) })).filter(
    ({ group, entries }) => group === 'navigation.system' || entries.length > 0,
  );
  return (
    <div className="z-shell">
      <a className="z-skip" href="#content">
        {t('shell.skip')}
      </a>
      <header className="z-bar">
        <Button type="text" className="z-burger" aria-label={t('shell.menu')} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span aria-hidden="true" className="z-lines" />
        </Button>
        <Mark />
        <span className="z-fill" />
        {person && <Heard hearing={hearing} />}
        {person && <PlaceSwitch />}
        <LanguageAndTheme />
        {person && <PersonMenu name={person.name} login={person.login} />}
      </header>
      {environment === 'sandbox' && (
        <p className="z-sandbox z-tone-you" role="status">
          {t('shell.sandboxOn')}
        </p>
      )}
      <nav className={`z-side${isOpen ? ' z-open' : ''}`} aria-label={t('shell.navigation')}>
        {shown.map(({ group, entries }) => (
          <div key={group ?? ''}>
            {group && <h2>{t(group)}</h2>}
            <ul>
              {entries.map(({ to, key }) => (
                <li key={key}>
                  <Link to={to} activeOptions={{ exact: to === '/o', includeSearch: false }} onClick={() => setOpen(false)}>
                    {t(key)}
                  </Link>
                </li>
              ))}
              {group === 'navigation.system' && (
                <li>
                  <a href="/api/v1/reference" target="_blank" rel="noreferrer">
                    {t('navigation.reference')}
                  </a>
                </li>
              )}
            </ul>
          </div>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        {session.error && <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />}
        {person?.must_change && location.pathname !== '/o/password' && (
          <div className="z-notice z-tone-you" role="status">
            <span>
              {t('shell.mustChange')} {t('shell.mustChangeCure')}
            </span>
            <Link to="/o/password">{t('shell.password')}</Link>
          </div>
        )}
        {/* Pages ask at once, beside the question who came in: one round and no more. */}
        {!mustSecure && <Outlet />}
      </main>
    </div>
  );
}

/** Whether what is shown is told as it changes: said in words, and to whoever cannot see it. */
function Heard({ hearing }: { hearing: Hearing }) {
  const { t } = useTranslation();
  if (hearing === 'begins') return null;
  const isDeaf = hearing === 'deaf';
  return (
    <span role="status">
      <StatusTag tone={isDeaf ? 'you' : 'done'} word={t(isDeaf ? 'shell.deaf' : 'shell.live')} />
    </span>
  );
}

function PlaceSwitch() {
  const { t } = useTranslation();
  const { environment, choose } = usePlace();
  const navigate = useNavigate();
  const isSandbox = environment === 'sandbox';
  return (
    <Button
      type="text"
      role="switch"
      aria-checked={isSandbox}
      aria-label={t('shell.sandbox')}
      onClick={() => {
        choose(isSandbox ? 'live' : 'sandbox');
        // What is open belongs to the place that is left.
        void navigate({ to: '/o' });
      }}
    >
      {t(isSandbox ? 'shell.sandbox' : 'shell.real')}
    </Button>
  );
}

function PersonMenu({ name, login }: { name: string; login: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const leave = async () => {
    try {
      await signOut();
      await navigate({ to: '/o/sign-in', search: { said: 'left' } });
      // What one person saw is not shown to the next.
      client.clear();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const items = [
    { key: 'who', type: 'group' as const, label: login },
    { key: 'security', label: t('shell.security') },
    { key: 'password', label: t('shell.password') },
    { key: 'leave', label: t('shell.signOut') },
  ];
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => void (key === 'leave' ? leave() : navigate({ to: key === 'security' ? '/o/security' : '/o/password' })) }}
      >
        <Button type="text" aria-label={`${t('shell.person')}: ${name}`}>
          {name}
        </Button>
      </Dropdown>
      {error !== undefined && (
        <div className="z-float">
          <ProblemAlert error={error} onRetry={() => void leave()} />
        </div>
      )}
    </>
  );
}
