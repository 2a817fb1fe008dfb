// A list of the server: pages by cursor, filters in the address, columns by choice, export. Fetches through the function that
// it is given; never sorts, filters or counts by itself, for it sees one page only.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Popover, Select, Table } from 'antd';
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kind } from '../api/client';
import type { ExportedList } from '../api/operations';
import { about } from '../api/live';
import { keep, kept } from '../app/kept';
import { usePlace } from '../app/place';
import { csv, everything, EXPORT_ROWS, save, type Rows } from './csv';
import { EmptyState } from './EmptyState';
import { ExportButton } from './ExportButton';
import { MerchantPick } from './Merchant';
import { ProblemAlert } from './ProblemAlert';
import { filtered, first, next, previous, read, write, type Search } from './url';
import { Views } from './Views';

/** A column. */
export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** What stands in the export. */
  text: (row: Row) => string;
  width?: number;
  /** Amounts and counts stand at the right. */
  isFigure?: boolean;
  /** Shown only when it is chosen. */
  isExtra?: boolean;
}

/** A filter that the server knows. */
export interface Filter {
  name: string;
  label: string;
  /** Without choices a text is typed. */
  choices?: readonly { value: string; label: string }[];
  /** A merchant, found by its code or its name. */
  isMerchant?: boolean;
}

interface Given<Row> {
  /** Stable name: of the cache, the chosen columns and the file. */
  name: string;
  /** Whose rows they are, where one list has several owners. */
  of?: string;
  /** What the table holds, for whoever does not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  filters?: readonly Filter[];
  rowKey: (row: Row) => string;
  /** The kinds of objects that it is about: it is asked anew when one of them changes. */
  kinds: readonly Kind[];
  fetch: (asked: { after: string | undefined; limit: number; filters: Record<string, string> }, signal?: AbortSignal) => Promise<Rows<Row>>;
  search: Record<string, unknown>;
  onSearch: (search: Search) => void;
  empty: ReactNode;
  limit?: number;
  /** What opens when a row is pressed or Enter is typed on it. */
  onOpen?: (row: Row) => void;
  /** The row that is open. */
  open?: string | undefined;
  /** Hears the rows that are shown, for whoever goes through them one by one. */
  onRows?: (rows: readonly Row[]) => void;
  /** Which export of the server this list is, as it is filtered; where it has none, the rows are written here. */
  exported?: (filters: Record<string, string>) => ExportedList | undefined;
  /** What else stands above the table, at its right. */
  tools?: ReactNode;
}

const LIMIT = 50;
const EXPORT_PAGE = 500;

/** To the row above or below, as in a list of mails. */
function step(event: KeyboardEvent<HTMLElement>): void {
  const { currentTarget, key } = event;
  const way = key === 'ArrowDown' ? currentTarget.nextElementSibling : currentTarget.previousElementSibling;
  if (!(way instanceof HTMLElement) || way.tabIndex < 0) return;
  event.preventDefault();
  way.focus();
}

function chosenBefore<Row>(name: string, columns: readonly Column<Row>[]): string[] {
  const keys = columns.map(({ key }) => key);
  const before = kept(`columns.${name}`)?.split(',').filter((key) => keys.includes(key));
  return before && before.length > 0 ? before : columns.filter(({ isExtra }) => !isExtra).map(({ key }) => key);
}

export function QueryTable<Row extends object>(given: Given<Row>) {
  const { name, of, caption, columns, filters = [], rowKey, kinds, fetch, search, onSearch, empty, limit = LIMIT, onOpen, open, onRows, tools } = given;
  const { environment } = usePlace();
  const { t } = useTranslation();
  const asked = read(search, filters.map((filter) => filter.name));
  const after = asked.trail.at(-1);
  const [chosen, setChosen] = useState(() => chosenBefore(name, columns));
  const [written, setWritten] = useState<number>();
  const [isCut, setCut] = useState(false);
  const [exportError, setExportError] = useState<unknown>();
  const query = useQuery({
    queryKey: about(kinds, name, of, environment, asked.filters, after, limit),
    queryFn: ({ signal }) => fetch({ after, limit, filters: asked.filters }, signal),
    placeholderData: keepPreviousData,
  });
  const told = query.data?.rows;
  useEffect(() => {
    if (told) onRows?.(told);
  }, [told, onRows]);
  const shown = columns.filter(({ key }) => chosen.includes(key));
  const choose = (keys: string[]) => {
    if (keys.length === 0) return;
    keep(`columns.${name}`, keys.join(','));
    setChosen(keys);
  };
  const give = async () => {
    setWritten(0);
    setExportError(undefined);
    try {
      const all = await everything((from) => fetch({ after: from, limit: EXPORT_PAGE, filters: asked.filters }), setWritten);
      save(`${name}.csv`, csv([shown.map(({ title }) => title), ...all.rows.map((row) => shown.map(({ text }) => text(row)))]));
      setCut(all.isCut);
    } catch (thrown) {
      setExportError(thrown);
    } finally {
      setWritten(undefined);
    }
  };
  const list = given.exported?.(asked.filters);
  const rows = query.data?.rows ?? [];
  const isFiltered = Object.keys(asked.filters).length > 0;
  const following = query.data?.next;
  const none = isFiltered ? <EmptyState title={t('table.noneMatch')} why={t('table.noneMatchWhy')} /> : empty;
  return (
    <div className="z-list">
      <div className="z-toolbar">
        {filters.map((filter) => (
          <FilterField key={filter.name} filter={filter} value={asked.filters[filter.name] ?? ''} onValue={(value) => onSearch(write(filtered(asked, filter.name, value)))} />
        ))}
        {isFiltered && <Button onClick={() => onSearch({})}>{t('table.clear')}</Button>}
        <span className="z-fill" />
        {written !== undefined && <span role="status">{t('table.exporting', { count: written })}</span>}
        <Button loading={query.isFetching} onClick={() => void query.refetch()}>
          {t('table.refresh')}
        </Button>
        {filters.length > 0 && <Views name={name} filters={asked.filters} onChoose={(chosenFilters) => onSearch(chosenFilters)} />}
        <Popover
          trigger="click"
          placement="bottomRight"
          content={<Checkbox.Group className="z-choices" value={chosen} options={columns.map(({ key, title }) => ({ value: key, label: title }))} onChange={choose} />}
        >
          <Button>{t('table.columns')}</Button>
        </Popover>
        {list ? (
          <ExportButton key={JSON.stringify(list)} list={list} />
        ) : (
          <Button disabled={written !== undefined || rows.length === 0} onClick={() => void give()}>
            {t('table.export')}
          </Button>
        )}
        {tools}
      </div>
      {isCut && <p role="status">{t('table.exportCut', { count: EXPORT_ROWS })}</p>}
      {exportError !== undefined && <ProblemAlert error={exportError} />}
      {query.error && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && none}
      {(rows.length > 0 || query.isPending) && (
        <Table<Row>
          className="z-table"
          aria-label={caption}
          size="small"
          loading={query.isPending && !query.error}
          pagination={false}
          rowKey={rowKey}
          dataSource={rows}
          rowClassName={(row) => (rowKey(row) === open ? 'z-open-row' : '')}
          {...(onOpen && {
            onRow: (row) => ({
              tabIndex: 0,
              onClick: (event) => {
                // What lies in the row and can be pressed itself is meant by itself.
                if (!(event.target instanceof Element && event.target.closest('a, button, input, label'))) onOpen(row);
              },
              onKeyDown: (event) => {
                if (event.key === 'Enter' && event.target === event.currentTarget) onOpen(row);
                if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event);
              },
            }),
          })}
          columns={shown.map((column) => ({
            key: column.key,
            title: column.title,
            align: column.isFigure ? ('right' as const) : ('left' as const),
            render: (_, row) => column.cell(row),
            ...(column.width !== undefined && { width: column.width }),
          }))}
        />
      )}
      {(asked.page > 1 || following !== undefined) && (
        <nav className="z-pager" aria-label={caption}>
          <Button disabled={asked.page === 1} onClick={() => onSearch(write(first(asked)))}>
            {t('table.first')}
          </Button>
          <Button disabled={asked.page === 1} onClick={() => onSearch(write(previous(asked)))}>
            {t('table.previous')}
          </Button>
          <span aria-current="page">{t('table.page', { page: asked.page })}</span>
          <Button disabled={following === undefined} onClick={() => following !== undefined && onSearch(write(next(asked, following)))}>
            {t('table.next')}
          </Button>
        </nav>
      )}
    </div>
  );
}

function FilterField({ filter, value, onValue }: { filter: Filter; value: string; onValue: (value: string) => void }) {
  const { t } = useTranslation();
  const { label, choices } = filter;
  if (filter.isMerchant) return <MerchantPick value={value} onValue={onValue} label={label} />;
  if (choices) {
    return (
      <label className="z-filter">
        {label}
        <Select aria-label={label} value={value} popupMatchSelectWidth={false} options={[{ value: '', label: t('table.any') }, ...choices]} onChange={onValue} />
      </label>
    );
  }
  return (
    <label className="z-filter">
      {label}
      <Input.Search key={value} defaultValue={value} allowClear aria-label={label} onSearch={(text) => onValue(text.trim())} />
    </label>
  );
}
