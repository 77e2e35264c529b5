import type * as ort from 'onnxruntime-node';
import type { GraphBuilder } from './graph';

/*
 * ONNX Runtime's Node binding copies every output into a new array when a run is over, those too that it wrote into
 * memory that the caller gave: of a `paper` step 300 MB, in a third of its time. It goes through the outputs in their
 * order and gives up at one that it cannot convert, such as a sequence, when all results are long in their places. So
 * graphs whose outputs all go to given memory have an empty sequence as their first output.
 */

const STOP = 'stop';
/** What the binding says of outputs that are no tensors. */
const REFUSAL = 'Non tensor type is temporarily not supported';

/** To be called before the graph is encoded. */
export function stopCopies(graph: GraphBuilder): void {
  graph.firstOutput(STOP, graph.node('SequenceEmpty', []), null, 'sequence');
}

/** Runs the session of a graph on which `stopCopies` was called. The results are where `fetches` has them. */
export async function runInto(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, ort.Tensor>>,
  fetches: Readonly<Record<string, ort.Tensor>>,
): Promise<void> {
  try {
    await session.run(feeds, { [STOP]: null, ...fetches });
  } catch (error) {
    if (!(error instanceof Error && error.message.includes(REFUSAL))) throw error;
  }
}
