/** Every command of the application: the menu, the palette and the list of shortcuts derive from this one table. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: 'Go to' | 'Do' | 'View' | 'Help';
  /** `Mod` is Ctrl, on a Mac the command key: `Mod+K`. A sequence has a space: `G D`. */
  readonly shortcut?: string;
  /** More words to find it by in the palette. */
  readonly keywords?: string;
}

export const commands = [
  { id: 'go.home', label: 'Overview', group: 'Go to', shortcut: 'G O', keywords: 'home start' },
  { id: 'go.datasets', label: 'Datasets', group: 'Go to', shortcut: 'G D', keywords: 'episodes recordings' },
  { id: 'go.runs', label: 'Runs', group: 'Go to', shortcut: 'G R', keywords: 'queue training jobs' },
  {
    id: 'go.experiments',
    label: 'Experiments',
    group: 'Go to',
    shortcut: 'G E',
    keywords: 'grid paper ablation figure',
  },
  { id: 'go.theatre', label: 'Theatre', group: 'Go to', shortcut: 'G T', keywords: 'dream watch take over' },
  {
    id: 'go.compare',
    label: 'Compare',
    group: 'Go to',
    shortcut: 'G C',
    keywords: 'curves metrics seeds chart',
  },
  {
    id: 'go.figures',
    label: 'Figures',
    group: 'Go to',
    shortcut: 'G F',
    keywords: 'export svg pdf png paper plot',
  },
  { id: 'go.hardware', label: 'Hardware', group: 'Go to', shortcut: 'G H', keywords: 'engine gpu benchmark' },
  { id: 'demo.start', label: 'Run the demo', group: 'Do', keywords: 'example tutorial' },
  { id: 'demo.check', label: 'Run the demo as a quick check', group: 'Do', keywords: 'nano test' },
  { id: 'datasets.record', label: 'Record demonstrations...', group: 'Do', shortcut: 'N D' },
  { id: 'datasets.import', label: 'Import a dataset...', group: 'Do', keywords: 'npz zarr open' },
  { id: 'train.world-model', label: 'Train a world model...', group: 'Do', shortcut: 'N W' },
  {
    id: 'train.agent',
    label: 'Train an agent...',
    group: 'Do',
    shortcut: 'N A',
    keywords: 'ditto clone imitate',
  },
  { id: 'evaluate', label: 'Evaluate agents...', group: 'Do', shortcut: 'N E', keywords: 'play return' },
  { id: 'queue.hold', label: 'Hold or release the queue', group: 'Do' },
  { id: 'view.palette', label: 'Command palette', group: 'View', shortcut: 'Mod+K' },
  {
    id: 'view.theme',
    label: 'Switch theme: system, light, dark',
    group: 'View',
    keywords: 'appearance colour',
  },
  { id: 'view.sidebar', label: 'Show or hide the sidebar', group: 'View', shortcut: 'Mod+B' },
  { id: 'help.shortcuts', label: 'Keyboard shortcuts', group: 'Help', shortcut: '?' },
] as const satisfies readonly Command[];

export type CommandId = (typeof commands)[number]['id'];
