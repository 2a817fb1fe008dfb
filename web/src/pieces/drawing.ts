// How a chart is drawn: the library, its parts that are needed and no others. Loaded apart from the pages. Never decides what is
// shown; figures become numbers here only to find their place on paper.
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components';
import { init, use as withParts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { figures } from '../format/money';
import type { Palette } from '../theme/tokens';
import type { Line, Stretch } from './Chart';

withParts([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, MarkAreaComponent, AriaComponent, CanvasRenderer]);

interface Drawn {
  days: readonly string[];
  lines: readonly Line[];
  stretches: readonly Stretch[];
  unit: string;
  shape: 'lines' | 'bars';
  palette: Palette;
}

/** Draws into an element; what it gives ends the drawing. */
export function draw(element: HTMLElement, { days, lines, stretches, unit, shape, palette }: Drawn): () => void {
  const chart = init(element);
  const ink = (tone: Line['tone']) => (tone === 'accent' ? palette.accentText : palette.tones[tone].ink);
  const known = new Map(lines.map(({ name, values }) => [name, values]));
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(element).fontFamily, color: palette.text },
    grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemHeight: 8,
      textStyle: { color: palette.text },
      // A border is a thin line there as it is in the drawing.
      data: lines.map(({ name, isBorder }) => ({ name, icon: isBorder ? 'path://M0 3.5h5v1h-5zM7 3.5h5v1h-5zM14 3.5h5v1h-5z' : 'roundRect' })),
    },
    tooltip: {
      trigger: 'axis',
      // Drawn, not written into the page: the page's policy lets no foreign styles in.
      renderMode: 'richText',
      backgroundColor: palette.surface,
      borderColor: palette.edge,
      textStyle: { color: palette.text, fontSize: 12 },
      formatter: (points: unknown) => {
        const all = points as { dataIndex: number; seriesName: string; axisValueLabel: string }[];
        const rows = all.map(({ seriesName, dataIndex }) => `${seriesName}  ${figures(known.get(seriesName)?.[dataIndex] ?? '')} ${unit}`);
        return [all[0]?.axisValueLabel ?? '', ...rows].join('\n');
      },
    },
    xAxis: {
      type: 'category',
      data: [...days],
      boundaryGap: shape === 'bars',
      axisLine: { lineStyle: { color: palette.edge } },
      axisTick: { show: false },
      axisLabel: { color: palette.quiet, ...(shape === 'bars' ? { interval: 0, rotate: 30 } : { formatter: (day: string) => day.slice(5) }) },
    },
    yAxis: { type: 'value', axisLabel: { color: palette.quiet }, splitLine: { lineStyle: { color: palette.line } } },
    series: lines.map((line, at) => ({
      type: shape === 'bars' ? ('bar' as const) : ('line' as const),
      name: line.name,
      data: line.values.map((value) => (value === undefined ? null : Number(value))),
      showSymbol: false,
      color: ink(line.tone),
      lineStyle: { width: line.isBorder ? 1 : 2, type: line.isBorder ? 'dashed' : 'solid' },
      ...(shape === 'lines' && !line.isBorder && { areaStyle: { opacity: 0.06 } }),
      ...(at === 0 && {
        markArea: {
          silent: true,
          label: { color: palette.text, fontSize: 11 },
          data: stretches.map(({ name, tone, from, to }) => [
            // At the right end there is no room for the word but to the left.
            { name, xAxis: from, itemStyle: { color: palette.tones[tone].paper }, label: { position: to === days.at(-1) ? 'insideTopRight' : 'insideTopLeft' } },
            { xAxis: to },
          ]),
        },
      }),
    })),
  });
  const watcher = new ResizeObserver(() => chart.resize());
  watcher.observe(element);
  return () => {
    watcher.disconnect();
    chart.dispose();
  };
}
