// A chart of lines over days, or of bars side by side: drawn when it is looked at, in the colours of the theme, with the same figures as a table for whoever
// cannot see it. Never adds anything up, and loads its library only where a chart is.
import { Button } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShade } from '../app/shade';
import { figures } from '../format/money';
import { PALETTES, type Tone } from '../theme/tokens';

/** A line of the chart: a decimal for each day; none where nothing is known. */
export interface Line {
  name: string;
  tone: Tone | 'accent';
  values: readonly (string | undefined)[];
  /** A border rather than something that moves: drawn dashed. */
  isBorder?: boolean;
}

/** A stretch of days that is marked, both ends included. */
export interface Stretch {
  name: string;
  tone: Tone;
  from: string;
  to: string;
}

interface Given {
  title: string;
  days: readonly string[];
  lines: readonly Line[];
  stretches?: readonly Stretch[];
  /** The currency of all figures, or what is counted. */
  unit: string;
  /** Bars stand side by side for things that are no days. */
  shape?: 'lines' | 'bars';
  /** What stands below the chart: days, where nothing else is said. */
  first?: string;
}

export function Chart({ title, days, lines, stretches = [], unit, shape = 'lines', first }: Given) {
  const { t } = useTranslation();
  const { shade } = useShade();
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const [isTable, setTable] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element || isTable) return undefined;
    let isGone = false;
    let end: (() => void) | undefined;
    void import('./drawing').then(({ draw }) => {
      if (!isGone) end = draw(element, { days, lines, stretches, unit, shape, palette: PALETTES[shade] });
    });
    return () => {
      isGone = true;
      end?.();
    };
  }, [days, lines, stretches, unit, shape, shade, isTable]);
  return (
    <figure className="z-chart">
      <figcaption className="z-row">
        <span id={id}>
          {title} <span className="z-quiet">({unit})</span>
        </span>
        <span className="z-fill" />
        <Button size="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {t(isTable ? 'chart.asChart' : 'chart.asTable')}
        </Button>
      </figcaption>
      {isTable ? (
        // Each is an element of its own: the drawing empties its own when it ends.
        <div key="figures" className="z-chart-table" tabIndex={0} role="region" aria-labelledby={id}>
          <table className="z-plain">
            <thead>
              <tr>
                <th scope="col">{first ?? t('chart.day')}</th>
                {lines.map(({ name }) => (
                  <th key={name} scope="col" className="z-right">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day, at) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  {lines.map(({ name, values }) => {
                    const value = values[at];
                    return (
                      <td key={name} className="z-right z-figures">
                        {value === undefined ? '' : figures(value)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div key="drawing" ref={place} className="z-chart-place" role="img" aria-labelledby={id} />
      )}
    </figure>
  );
}
