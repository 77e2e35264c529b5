import { createCanvas } from '@napi-rs/canvas';
import { registerFonts } from './fonts';

/** How wide a text is in a font of the canvas. */
export type Measure = (text: string, font: string) => number;

/** For sizes that are needed before there is anything to draw on. */
export function measuring(): Measure {
  registerFonts();
  const context = createCanvas(1, 1).getContext('2d');
  context.textRendering = 'optimizeSpeed';
  return (text, font) => {
    context.font = font;
    return context.measureText(text).width;
  };
}
