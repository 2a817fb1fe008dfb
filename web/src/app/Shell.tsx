// The frame around every page of an operator: navigation by job, language, theme, person. Leads to sign-in whoever did not come
// in. Shows only entries that have a page, and no figure of its own.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery, signOut } from '../api/session';
import { ProblemAlert } from '../pieces/ProblemAlert';
import { LanguageAndTheme } from './Bar';
import { Mark } from './Mark';

const ENTRIES = [
  { to: '/o', key: 'home' },
  { to: '/o/tasks', key: 'tasks' },
] as const;

export function Shell() {
  const { t } = useTranslation();
  const location = useLocation();
  const session = useQuery(sessionQuery);
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const isOutside = session.data === null;
  useEffect(() => {
    if (!isOutside) return;
    // Once, and from where one was: the address changes before this page is gone.
    const { href } = router.state.location;
    void router.navigate({ to: '/o/sign-in', search: href === '/o' ? {} : { to: href }, replace: true });
  }, [isOutside, router]);
  if (isOutside) return null;
  const person = session.data?.person;
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
        <LanguageAndTheme />
        {person && <PersonMenu name={person.name} login={person.login} />}
      </header>
      <nav className={`z-side${isOpen ? ' z-open' : ''}`} aria-label={t('shell.navigation')}>
        <ul>
          {ENTRIES.map(({ to, key }) => (
            <li key={key}>
              <Link to={to} activeOptions={{ exact: to === '/o' }} onClick={() => setOpen(false)}>
                {t(`navigation.${key}`)}
              </Link>
            </li>
          ))}
        </ul>
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
        <Outlet />
      </main>
    </div>
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
    { key: 'password', label: t('shell.password') },
    { key: 'leave', label: t('shell.signOut') },
  ];
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => void (key === 'leave' ? leave() : navigate({ to: '/o/password' })) }}
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
