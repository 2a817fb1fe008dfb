// Taking files from a person: dropped or chosen, looked at before anything is sent (kind, size, number), shown, sent with progress,
// given up or tried again. Never opens a file as a page, and never sends one that was refused here.
import { Button, Progress } from 'antd';
import { useEffect, useId, useMemo, useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './ProblemAlert';

/** How a file is sent: tells how far it is from 0 to 1, and ends when the signal says so. */
export type Send = (file: File, tell: (part: number) => void, signal: AbortSignal) => Promise<void>;

/** Why a file is not sent. */
export type Unfit = 'kind' | 'size' | 'empty' | 'many';

interface Given {
  label: string;
  /** Kinds that are taken: `image/png`, `application/pdf`. */
  kinds: readonly string[];
  /** Bytes of one file, at most. */
  most: number;
  /** Files, at most. */
  files?: number;
  send: Send;
}

interface Item {
  key: number;
  file: File;
  unfit?: Unfit;
  /** From 0 to 1 while it is sent. */
  part?: number;
  error?: unknown;
  isSent?: boolean;
}

/** Why a file is not taken; nothing when it is. */
export function unfit(file: File, { kinds, most }: Pick<Given, 'kinds' | 'most'>): Unfit | undefined {
  if (!kinds.includes(file.type)) return 'kind';
  if (file.size === 0) return 'empty';
  return file.size > most ? 'size' : undefined;
}

/** Bytes as people say them. */
export function bytes(count: number): string {
  if (count < 1024) return `${String(count)} B`;
  const kilo = count / 1024;
  return kilo < 1024 ? `${kilo.toFixed(1)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}

export function Uploader({ label, kinds, most, files = 1, send }: Given) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [items, setItems] = useState<readonly Item[]>([]);
  const [isOver, setOver] = useState(false);
  const stops = useRef(new Map<number, AbortController>());
  const next = useRef(0);
  useEffect(() => {
    const all = stops.current;
    return () => all.forEach((stop) => stop.abort());
  }, []);
  const change = (key: number, how: (item: Item) => Item) => setItems((all) => all.map((item) => (item.key === key ? how(item) : item)));
  const begin = async ({ key, file }: Item) => {
    const stop = new AbortController();
    stops.current.set(key, stop);
    change(key, () => ({ key, file, part: 0 }));
    try {
      await send(file, (part) => change(key, (item) => ({ ...item, part })), stop.signal);
      change(key, () => ({ key, file, isSent: true }));
    } catch (error) {
      if (!stop.signal.aborted) change(key, () => ({ key, file, error }));
    } finally {
      stops.current.delete(key);
    }
  };
  const take = (list: FileList | null) => {
    let room = files - items.filter(({ unfit: why }) => why === undefined).length;
    const taken = [...(list ?? [])].map((file): Item => {
      const why = unfit(file, { kinds, most }) ?? (room <= 0 ? 'many' : undefined);
      if (why === undefined) room -= 1;
      next.current += 1;
      return { key: next.current, file, ...(why && { unfit: why }) };
    });
    setItems((all) => [...all, ...taken]);
    for (const item of taken) if (item.unfit === undefined) void begin(item);
  };
  const drop = (key: number) => {
    stops.current.get(key)?.abort();
    setItems((all) => all.filter((item) => item.key !== key));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="z-upload">
      <div className={`z-upload-place${isOver ? ' z-over' : ''}`} onDragOver={(event) => (event.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={onDrop}>
        <Button aria-describedby={id} onClick={() => input.current?.click()}>
          {label}
        </Button>
        <p id={id} className="z-quiet z-small">
          {t('upload.hint', { kinds: kinds.map((kind) => kind.split('/').at(-1)?.toUpperCase()).join(', '), most: bytes(most) })}
        </p>
        <input ref={input} className="z-hidden" type="file" tabIndex={-1} aria-label={label} accept={kinds.join(',')} multiple={files > 1} onChange={({ target }) => (take(target.files), (target.value = ''))} />
      </div>
      {items.length > 0 && (
        <ul className="z-items">
          {items.map((item) => (
            <li key={item.key}>
              <Preview file={item.file} />
              <div className="z-grow z-flow-small">
                <p>
                  {item.file.name} <span className="z-quiet z-small">{bytes(item.file.size)}</span>
                </p>
                {item.unfit && <p className="z-wrong">{t(`upload.${item.unfit}`, { most: bytes(most), count: files })}</p>}
                {item.part !== undefined && <Progress size="small" percent={Math.floor(item.part * 100)} aria-label={item.file.name} />}
                {item.isSent && <p role="status">{t('upload.sent')}</p>}
                {item.error !== undefined && <ProblemAlert error={item.error} onRetry={() => void begin(item)} />}
              </div>
              <Button size="small" aria-label={`${t(item.part === undefined ? 'upload.drop' : 'upload.stop')}: ${item.file.name}`} onClick={() => drop(item.key)}>
                {t(item.part === undefined ? 'upload.drop' : 'upload.stop')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A small picture of a picture; anything else is named by its kind. */
function Preview({ file }: { file: File }) {
  const address = useMemo(() => (/^image\/(png|jpeg|webp)$/.test(file.type) ? URL.createObjectURL(file) : undefined), [file]);
  useEffect(() => () => (address === undefined ? undefined : URL.revokeObjectURL(address)), [address]);
  if (address !== undefined) return <img className="z-preview" src={address} alt="" />;
  return (
    <span className="z-preview" aria-hidden="true">
      {file.name.split('.').at(-1)?.slice(0, 4).toUpperCase()}
    </span>
  );
}
