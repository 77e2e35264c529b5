import type { SKRSContext2D } from '@napi-rs/canvas';
import type { ChartConfiguration } from 'chart.js';
import type { FigureSize } from '../../shared/figures';
import { paintChart } from './chart-box';
import type { Figure, FigureOrigin, FigureTable } from './figure';
import { font } from './fonts';
import { layOutHeading, paintHeading, wrapText } from './heading';
import { layOutLegend, paintLegend, type LegendEntry } from './legend';
import { measuring } from './measure';
import { ink } from './palette';

export interface ChartPanel {
  /** Above the chart; may be empty. */
  readonly title: string;
  readonly configuration: ChartConfiguration;
}

export interface ChartFigure {
  readonly title: string;
  /** Under the title, what is shown. */
  readonly subtitle: string;
  readonly summary: string;
  readonly size: FigureSize;
  readonly panels: readonly ChartPanel[];
  readonly legend: readonly LegendEntry[];
  readonly table: FigureTable;
  readonly origin: FigureOrigin;
}

/** Height of a panel's chart over its width, where there is no reason for another. */
const goodRatio = 0.62;
/** A panel narrower than this many letters' heights is hard to read. */
const narrowPanel = 18;
const titleLeading = 1.35;

/** One or more charts side by side and one below the other, with one legend for all. */
export function chartFigure(given: ChartFigure): Figure {
  const { title, subtitle, summary, size, panels, legend, table, origin } = given;
  const { width, fontSize } = size;
  const margin = Math.round(fontSize * 0.8);
  const inner = width - 2 * margin;
  const measure = measuring();
  const heading = layOutHeading(measure, title, subtitle, size);
  const legendRows = layOutLegend(measure, legend, fontSize, inner);
  const legendHeight = legendRows.length * fontSize * 1.6;
  const top = margin + heading.height + legendHeight + (legendHeight > 0 ? fontSize * 0.4 : 0);

  const columns = Math.max(1, Math.min(panels.length, Math.floor(inner / (narrowPanel * fontSize)), 3));
  const rows = Math.ceil(panels.length / columns);
  const gap = fontSize * 1.5;
  const panelWidth = Math.floor((inner - (columns - 1) * gap) / columns);
  const titles = panels.map((panel) => wrapText(measure, panel.title, font(fontSize, 600), panelWidth));
  const titleHeight = Math.max(...titles.map((lines) => lines.length)) * fontSize * titleLeading;
  const chartHeight = Math.floor(
    size.height === undefined
      ? Math.min(panelWidth * goodRatio, fontSize * 26)
      : Math.max(fontSize * 6, (size.height - top - margin + gap) / rows - gap - titleHeight),
  );
  const height = Math.ceil(top + rows * (chartHeight + titleHeight + gap) - gap + margin);

  return {
    title,
    description: subtitle,
    summary,
    width,
    height,
    table,
    origin,
    paint: (context) => {
      paintHeading(context, heading, margin, margin);
      paintLegend(context, legendRows, { fontSize, left: margin, top: margin + heading.height });
      for (const [index, panel] of panels.entries()) {
        const left = margin + (index % columns) * (panelWidth + gap);
        const panelTop = top + Math.floor(index / columns) * (chartHeight + titleHeight + gap);
        paintPanelTitle(context, titles[index]!, fontSize, left, panelTop);
        const box = { left, top: panelTop + titleHeight, width: panelWidth, height: chartHeight };
        paintChart(context, panel.configuration, box);
      }
    },
  };
}

function paintPanelTitle(
  context: SKRSContext2D,
  lines: readonly string[],
  fontSize: number,
  left: number,
  top: number,
): void {
  context.font = font(fontSize, 600);
  context.fillStyle = ink.text;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  for (const [index, line] of lines.entries()) {
    context.fillText(line, left, top + fontSize * (1 + index * titleLeading));
  }
}
