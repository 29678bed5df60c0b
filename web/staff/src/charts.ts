// SPDX-License-Identifier: Apache-2.0
import { BarChart as Bars } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([Bars, GridComponent, TooltipComponent, CanvasRenderer]);

export interface BarChart {
  show(names: string[], counts: number[], tips: string[]): void;
  resize(): void;
  dispose(): void;
}

/** A bar chart in the page's present colours. Its tooltip is drawn too: HTML would need inline styles. */
export function drawBars(place: HTMLElement): BarChart {
  const chart = init(place, null, { renderer: 'canvas' });
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  function show(names: string[], counts: number[], tips: string[]): void {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const words = { color: colour('ink-soft'), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    chart.setOption({
      animation: !still,
      animationDuration: 160,
      animationDurationUpdate: 160,
      grid: { left: 36, right: 8, top: 16, bottom: 24 },
      tooltip: {
        renderMode: 'richText',
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        backgroundColor: colour('card'),
        borderColor: colour('line'),
        textStyle: { ...words, color: colour('ink') },
        formatter: (given: unknown) => tips[(given as { dataIndex: number }[])[0]?.dataIndex ?? -1] ?? '',
      },
      xAxis: { type: 'category', data: names, axisLabel: words, axisTick: { show: false }, axisLine: { lineStyle: { color: colour('line') } } },
      yAxis: { type: 'value', minInterval: 1, axisLabel: words, splitLine: { lineStyle: { color: colour('line') } } },
      series: [{ type: 'bar', data: counts, barMaxWidth: 28, itemStyle: { color: colour('celadon'), borderRadius: [4, 4, 0, 0] } }],
    });
  }

  return { show, resize: () => chart.resize(), dispose: () => chart.dispose() };
}
