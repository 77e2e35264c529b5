import type { CompareChart } from './chart';
import type { Range } from './view';
import { clamp, pan, widthOf, zoom } from './zoom';

export interface GestureOptions {
  readonly chart: () => CompareChart | undefined;
  readonly range: () => Range;
  readonly whole: () => Range;
  /** Undefined: all steps. */
  readonly onrange: (range: Range | undefined) => void;
  readonly onhover: (step: number | undefined) => void;
  /** A step to keep. */
  readonly onpin: (step: number) => void;
}

const wheelPower = 0.002;
const keyboardZoom = 1.5;
const keyboardPan = 0.2;
/** After which a range that moved is taken to rest. */
const restMilliseconds = 150;
/** Less than this is a click. */
const smallestDrag = 4;

/** Mouse, wheel and keyboard on the chart: reading a step, choosing a part to zoom to, moving it. */
export class Gestures {
  /** Steps that are being chosen with the mouse. */
  selection = $state.raw<Range>();
  /** Of the mouse above the chart, in pixels. */
  pointer = $state.raw<{ x: number; y: number }>();
  readonly #options: GestureOptions;
  /** Whether the range is on the move. */
  isMoving = $state(false);
  #rest: ReturnType<typeof setTimeout> | undefined;
  #drag: { x: number; step: number; range: Range; pans: boolean } | undefined;

  constructor(options: GestureOptions) {
    this.#options = options;
  }

  readonly onpointerdown = (event: PointerEvent): void => {
    if (event.button > 1) return;
    const x = this.#x(event);
    const pans = event.shiftKey || event.button === 1;
    this.#drag = { x, step: this.#stepAt(x), range: this.#options.range(), pans };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };

  readonly onpointermove = (event: PointerEvent): void => {
    const x = this.#x(event);
    const step = this.#stepAt(x);
    this.pointer = { x, y: event.offsetY };
    if (this.#drag?.pans) {
      const { range } = this.#drag;
      const distance = ((this.#drag.x - x) / this.#width) * widthOf(range);
      this.#move(clamp({ from: range.from + distance, to: range.to + distance }, this.#options.whole()));
    } else if (this.#drag && Math.abs(x - this.#drag.x) >= smallestDrag) {
      this.selection = { from: Math.min(step, this.#drag.step), to: Math.max(step, this.#drag.step) };
    }
    this.#options.onhover(Math.round(step));
  };

  readonly onpointerup = (event: PointerEvent): void => {
    const { selection } = this;
    const drag = this.#drag;
    this.#drag = undefined;
    this.selection = undefined;
    if (selection) this.#options.onrange(clamp(selection, this.#options.whole()));
    else if (drag && !drag.pans && event.button === 0) this.#options.onpin(Math.round(drag.step));
  };

  readonly onpointercancel = (): void => {
    this.#drag = undefined;
    this.selection = undefined;
  };

  readonly onpointerleave = (): void => {
    this.pointer = undefined;
    this.#options.onhover(undefined);
  };

  readonly ondblclick = (): void => this.#options.onrange(undefined);

  readonly onwheel = (event: WheelEvent): void => {
    const [range, whole] = [this.#options.range(), this.#options.whole()];
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const isWhole = widthOf(range) >= widthOf(whole);
    // Where there is nothing farther out, the wheel scrolls the page.
    if (isWhole && (sideways || event.deltaY > 0)) return;
    event.preventDefault();
    const delta = event.deltaX || event.deltaY;
    if (sideways) this.#move(pan(range, whole, delta / this.#width));
    else {
      const factor = Math.exp(-event.deltaY * wheelPower);
      this.#move(zoom(range, whole, this.#stepAt(this.#x(event)), factor));
    }
  };

  /** Arrow keys move the step that is read; `step` is where it stands. */
  onkeydown(event: KeyboardEvent, step: number): void {
    const { onrange, onpin } = this.#options;
    const [range, whole] = [this.#options.range(), this.#options.whole()];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => onrange(zoom(range, whole, step, keyboardZoom)),
      '=': () => onrange(zoom(range, whole, step, keyboardZoom)),
      '-': () => onrange(zoom(range, whole, step, 1 / keyboardZoom)),
      '0': () => onrange(undefined),
      Escape: () => onrange(undefined),
      Home: () => onpin(Math.ceil(range.from)),
      End: () => onpin(Math.floor(range.to)),
      ArrowLeft: () => this.#arrow(event, step, -1),
      ArrowRight: () => this.#arrow(event, step, 1),
      PageUp: () => onrange(pan(range, whole, -keyboardPan)),
      PageDown: () => onrange(pan(range, whole, keyboardPan)),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #arrow({ shiftKey }: KeyboardEvent, step: number, direction: -1 | 1): void {
    const { onrange, onpin, whole, range } = this.#options;
    if (shiftKey) return onrange(pan(range(), whole(), direction * keyboardPan));
    // Two pixels, at least a step.
    const distance = Math.max(1, Math.round((2 * widthOf(range())) / this.#width));
    const { from, to } = range();
    onpin(Math.round(Math.min(Math.max(step + direction * distance, from), to)));
  }

  #move(range: Range | undefined): void {
    this.isMoving = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => (this.isMoving = false), restMilliseconds);
    this.#options.onrange(range);
  }

  get #width(): number {
    const area = this.#options.chart()?.chartArea;
    return area ? area.right - area.left : 1;
  }

  #x(event: MouseEvent): number {
    const area = this.#options.chart()?.chartArea;
    return area ? Math.min(Math.max(event.offsetX, area.left), area.right) : event.offsetX;
  }

  #stepAt(x: number): number {
    return this.#options.chart()?.scales['x']!.getValueForPixel(x) ?? 0;
  }
}
