import type { Chart } from 'chart.js';
import { drawLines, type Plot } from './draw-lines';
import type { ChartLine } from './lines';
import { widthOf } from './zoom';

export interface Scene {
  readonly lines: readonly ChartLine[];
  /** Of the series, in the present theme. */
  readonly colours: readonly string[];
  /** Whether the range is on the move: then being quick counts, not being exact. */
  readonly isMoving: boolean;
}

/** Drawn beyond either edge, as a share of the width, before the range begins to move. */
const margin = 0.5;
/** A picture that is stretched or squeezed more than this is drawn anew. */
const mostStretched = 2;

interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly scene: Pick<Scene, 'lines' | 'colours'>;
  readonly plot: Plot;
}

/** Draws the curves into a chart: while their range moves, from a picture of them that is wider than what is seen. */
export class CurvePainter {
  scene: Scene = { lines: [], colours: [], isMoving: false };
  #picture: Picture | undefined;

  readonly paint = (chart: Chart): void => {
    const plot = plotOf(chart);
    const { lines, colours, isMoving } = this.scene;
    if (!isMoving) {
      this.#picture = undefined;
      drawLines(chart.ctx, lines, plot, colours);
      return;
    }
    if (!this.#picture || !this.#serves(this.#picture, plot)) this.#picture = this.#take(plot);
    const { canvas, plot: taken } = this.#picture;
    const pixels = canvas.width / widthOf(taken.steps);
    const start = (plot.steps.from - taken.steps.from) * pixels;
    const { left, top, width, height } = plot;
    const [sourceWidth, sourceHeight] = [widthOf(plot.steps) * pixels, canvas.height];
    chart.ctx.drawImage(canvas, start, 0, sourceWidth, sourceHeight, left, top, width, height);
  };

  #serves({ scene, plot: taken }: Picture, plot: Plot): boolean {
    const { steps, values } = plot;
    const stretched = (widthOf(taken.steps) / widthOf(steps)) * (plot.width / taken.width);
    return (
      scene.lines === this.scene.lines &&
      scene.colours === this.scene.colours &&
      plot.height === taken.height &&
      values.from === taken.values.from &&
      values.to === taken.values.to &&
      steps.from >= taken.steps.from &&
      steps.to <= taken.steps.to &&
      stretched < mostStretched &&
      stretched > 1 / mostStretched
    );
  }

  #take({ width, height, steps, values }: Plot): Picture {
    const { lines, colours } = this.scene;
    const beyond = margin * widthOf(steps);
    const plot: Plot = {
      ...{ left: 0, top: 0, width: width * (1 + 2 * margin), height, values },
      steps: { from: steps.from - beyond, to: steps.to + beyond },
    };
    const canvas = document.createElement('canvas');
    const scale = window.devicePixelRatio;
    canvas.width = Math.round(plot.width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext('2d')!;
    context.scale(scale, scale);
    drawLines(context, lines, plot, colours);
    return { canvas, scene: { lines, colours }, plot };
  }
}

export function plotOf({ chartArea, scales }: Chart): Plot {
  const { left, top, right, bottom } = chartArea;
  const [x, y] = [scales['x']!, scales['y']!];
  return {
    ...{ left, top, width: right - left, height: bottom - top },
    steps: { from: x.min, to: x.max },
    values: { from: y.min, to: y.max },
  };
}
