import type { StudioContract } from '../../../shared/contract';
import type { Handlers } from '../../../shared/contract/procedure';
import { figureChoices } from '../figures/choices';
import { drawFigure } from '../figures/draw';
import type { Studio } from '../studio';

export const figuresHandlers = ({ registry }: Studio): Handlers<StudioContract>['figures'] => ({
  choices: () => figureChoices(registry),
  draw: ({ request, format, dotsPerInch }) => drawFigure(registry, request, format, dotsPerInch),
});
