export interface CommandLine {
  readonly command: string;
  readonly purpose: string;
}

export const DEMO: CommandLine = {
  command: 'npm run demo',
  purpose: 'Records an expert, trains a world model, DITTO and behaviour cloning, and compares them.',
};

/** What the command line offers, in the order in which a study needs it. */
export const COMMANDS: readonly CommandLine[] = [
  { command: 'doctor', purpose: 'What this machine can train with, and what is missing' },
  { command: 'record', purpose: 'Demonstrations of a scripted policy, into a dataset' },
  { command: 'train world-model', purpose: 'A model of the environment, from datasets alone' },
  { command: 'train agent', purpose: 'An imitation agent: DITTO or behaviour cloning' },
  { command: 'evaluate', purpose: 'Returns in the true environment, with standard errors' },
  { command: 'resume', purpose: 'A run that was interrupted, from its last checkpoint' },
  { command: 'runs', purpose: 'Every run with its status, newest first' },
  { command: 'show', purpose: 'One run: configuration, metrics, checkpoints, files' },
  { command: 'export onnx', purpose: 'A trained policy for other programs' },
  { command: 'registry rebuild', purpose: 'The database again, from the folders of the runs' },
];
