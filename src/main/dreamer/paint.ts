import { featureSize } from '../learning/world-model/architecture';
import { roundToBytes } from '../learning/world-model/images';
import type { TrainedWorldModel } from '../trainer/world-model-runs';
import { PAINTED_ROWS, painter, type Programs } from './programs';

/** Frames uint8 of model states `[rows, h + z]`. */
export async function paint(
  programs: Programs,
  worldModel: TrainedWorldModel,
  latents: Float32Array,
): Promise<Uint8Array> {
  const width = featureSize(worldModel.architecture);
  const rows = latents.length / width;
  const parts: Uint8Array[] = [];
  for (let start = 0; start < rows; start += PAINTED_ROWS) {
    const chunk = new Float32Array(PAINTED_ROWS * width);
    chunk.set(latents.subarray(start * width, Math.min(rows, start + PAINTED_ROWS) * width));
    const { images } = await programs.use(painter(worldModel), (program) => program.run({ latents: chunk }));
    const count = Math.min(PAINTED_ROWS, rows - start);
    parts.push(roundToBytes((images as Float32Array).subarray(0, (images!.length / PAINTED_ROWS) * count)));
  }
  return Buffer.concat(parts);
}
