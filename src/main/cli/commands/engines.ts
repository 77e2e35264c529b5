import { Argument, type Command } from 'commander';
import { formatBytes } from '../../studio/disk-space';
import { cudaPackages } from '../../studio/engines/cuda-packages';
import { setUpCuda } from '../../studio/engines/set-up-cuda';
import { describeEngines } from '../../tensor/engines';
import { cudaFolder } from '../../trainer/home';
import { addCommand, addGroup, type CommonOptions, type Invocation } from '../command';
import { openHome } from '../home';
import { untilInterrupted } from '../interrupt';
import { progressDisplay } from '../progress-display';

/** What trains, beyond what comes along. */
export function addEnginesCommands(program: Command, invocation: Invocation): void {
  const group = addGroup(program, 'engines', 'Install what training on a GPU takes.');
  const size = formatBytes(cudaPackages.reduce((sum, { bytes }) => sum + bytes, 0));
  const description = `Install ONNX Runtime for CUDA and NVIDIA’s libraries in the home, ${size} from PyPI.`;

  addCommand(group, 'setup', description)
    .addArgument(new Argument('<engine>').choices(['cuda']))
    .action(async (_: string, { home: flag }: CommonOptions) => {
      await setUp(cudaFolder(openHome(flag)), invocation);
      const engine = (await describeEngines()).find(({ id }) => id === 'onnxruntime:cuda')!;
      const text = engine.available
        ? 'CUDA is set up: onnxruntime:cuda can be used.'
        : `CUDA’s libraries are there now, but this machine cannot use them. ${engine.reason}`;
      invocation.deliver({ document: engine, text });
    });
}

async function setUp(folder: string, { stderr }: Invocation): Promise<void> {
  const display = progressDisplay(stderr);
  const onNote = (text: string): void => display.note(text);
  const onProgress = (done: number, total: number): void => {
    const detail = `${formatBytes(done)} of ${formatBytes(total)}`;
    display.show([{ id: 'cuda', title: 'Setting up CUDA', share: done / total, detail }]);
  };
  try {
    await untilInterrupted((signal) => setUpCuda(folder, { onNote, onProgress, signal }));
  } finally {
    display.close();
  }
}
