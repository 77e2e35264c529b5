import type { SKRSContext2D } from '@napi-rs/canvas';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
} from 'chart.js';
import type { ChartConfiguration } from 'chart.js';

Chart.register(BarController, LineController, ScatterController);
Chart.register(BarElement, LineElement, PointElement, CategoryScale, LinearScale, LogarithmicScale);

/** Chart.js sets grid lines on whole device pixels; there are none here, so it gets fine ones. */
const finePixels = 10;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws a chart into a part of something larger; the box's size is in whole points. */
export function paintChart(context: SKRSContext2D, configuration: ChartConfiguration, box: Box): void {
  context.save();
  context.translate(box.left, box.top);
  const chart = new Chart(canvasOf(context, box) as never, {
    ...configuration,
    options: {
      ...configuration.options,
      animation: false,
      responsive: false,
      devicePixelRatio: finePixels,
    },
  });
  chart.destroy();
  context.restore();
}

/**
 * What Chart.js takes for its own canvas. It moves the origin to the canvas' corner and empties the canvas when it ends;
 * here both belong to the whole figure.
 */
function canvasOf(context: SKRSContext2D, { width, height }: Box): object {
  const canvas = { width, height, getContext: () => own };
  const own: object = new Proxy(context, {
    get: (target, name) => {
      if (name === 'canvas') return canvas;
      if (name === 'setTransform' || name === 'resetTransform' || name === 'clearRect') return () => {};
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  return canvas;
}
