import { extname } from 'node:path';
import { Option, type Command } from 'commander';
import {
  figureFormats,
  figureRequestSchema,
  figureSizeNames,
  type FigureFormat,
  type FigureSizeName,
} from '../../../shared/figures';
import { StudioError } from '../../../shared/errors';
import { drawFigure } from '../../studio/figures/draw';
import { addCommand, withRegistry, type CommonOptions, type Invocation } from '../command';
import { writeUserFile } from '../write-user-file';

const kinds = ['training', 'returns'] as const;

interface FigureOptions extends CommonOptions {
  experiment: string;
  out: string;
  size: FigureSizeName;
  title?: string;
}

/** Of a PNG. */
const dotsPerInch = 300;

export function addFigureCommand(program: Command, invocation: Invocation): void {
  const description =
    'Draw an experiment: "training" is return, latent distance and accuracy against gradient steps (Figure 2), "returns" ' +
    'is return against expert episodes or horizon (Figures 3 and 4).';
  addCommand(program, 'figure', description)
    .argument('<kind>', kinds.join(' or '), kindOf)
    .requiredOption('--experiment <id>', 'id of the experiment')
    .requiredOption('--out <file>', `where to write it; its ending is one of ${figureFormats.join(', ')}`)
    .addOption(
      new Option('--size <size>', 'for print or slides').choices(figureSizeNames).default('double-column'),
    )
    .option('--title <text>', 'title, which stands above a figure for slides')
    .action((kind: (typeof kinds)[number], options: FigureOptions) =>
      withRegistry(options, invocation, async (registry) => {
        const { experiment, size, title, out } = options;
        const request = figureRequestSchema.parse({
          ...{ kind: `experiment-${kind}`, experiment, size: { name: size } },
          ...(title !== undefined && { title }),
        });
        const { bytes, summary } = await drawFigure(registry, request, formatOf(out), dotsPerInch);
        const file = writeUserFile(out, bytes);
        invocation.deliver({ document: { file, summary }, text: `${file}\n${summary}` });
      }),
    );
}

function kindOf(text: string): (typeof kinds)[number] {
  const kind = kinds.find((candidate) => candidate === text);
  if (kind) return kind;
  throw new StudioError(`There is no kind of figure "${text}": choose one of ${kinds.join(', ')}.`);
}

function formatOf(file: string): FigureFormat {
  const format = figureFormats.find((candidate) => extname(file).toLowerCase() === `.${candidate}`);
  if (format) return format;
  throw new StudioError(`--out cannot be "${file}": its name must end in ${figureFormats.join(', ')}.`);
}
