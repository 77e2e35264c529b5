import type { Command } from 'commander';
import { exportPolicy } from '../../studio/export-onnx';
import { writeRunArtifact } from '../../studio/run-artifacts';
import { addCommand, addGroup, withRegistry, type CommonOptions, type Invocation } from '../command';
import { writeUserFile } from '../write-user-file';

export function addExportCommands(program: Command, invocation: Invocation): void {
  const group = addGroup(program, 'export', 'Write what a run learned as a file for other tools.');
  addCommand(group, 'onnx', "An agent's policy as one ONNX file, checked against its checkpoint.")
    .argument('<run>', 'id of the agent run; see the command "runs"')
    .argument('[file]', "where to write it [default: artifacts/policy.onnx in the run's folder]")
    .action((runId: string, file: string | undefined, options: CommonOptions) =>
      withRegistry(options, invocation, async (registry) => {
        const { model, ...policy } = await exportPolicy(registry, runId);
        const path =
          file === undefined
            ? writeRunArtifact(registry, runId, 'policy-onnx', 'policy.onnx', model)
            : writeUserFile(file, model);
        invocation.deliver({
          document: { run: runId, file: path, bytes: model.length, ...policy },
          text: [
            path,
            `  inputs: ${policy.inputs.join(', ')}`,
            `  outputs: ${policy.outputs.join(', ')}`,
            `  largest difference from the checkpoint: ${policy.largestDifference.toExponential(1)}`,
          ].join('\n'),
        });
      }),
    );
}
