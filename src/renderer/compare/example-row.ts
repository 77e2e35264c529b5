import type { RunRecord } from '../../shared/runs';
import type { RunRow } from './rows';

const run: Omit<RunRecord, 'id' | 'name' | 'seed'> = {
  formatVersion: 1,
  kind: 'agent',
  created: '2026-11-25T13:14:05.000Z',
  preset: 'nano',
  configuration: { method: 'd-bc' },
  datasets: [],
  parents: [],
  versions: { studio: '0.1.0', node: '24.21.0', onnxruntime: '1.30.0', platform: 'linux', cpu: 'EPYC' },
  engine: 'onnxruntime:cpu',
  state: {
    status: 'finished',
    step: 9,
    totalSteps: 9,
    message: 'Finished',
    updated: '2026-11-25T13:15:05.000Z',
  },
};

/** For tests. */
export function exampleRow(
  name: string,
  seed: number,
  [last, minimum, maximum]: [last: number, minimum: number, maximum: number],
): RunRow {
  const id = name.toLowerCase().replaceAll(' ', '-');
  const point = (value: number) => ({ step: 9, value });
  return {
    ...{ runId: id, label: name, count: 9, run: { ...run, id, name, seed } },
    ...{ last: point(last), minimum: point(minimum), maximum: point(maximum) },
  };
}
