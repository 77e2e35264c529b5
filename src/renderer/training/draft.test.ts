import { expect, test } from 'vitest';
import { draftParameters, readDraft, type Draft } from './draft';

const reload = (draft: Partial<Draft>): Draft => {
  const parameters = Object.entries(draftParameters(draft)).filter(([, value]) => value !== undefined);
  // As the address is written and read.
  return readDraft(new URLSearchParams(new URLSearchParams(parameters as [string, string][]).toString()));
};

test('what was entered comes back from the address, as it was typed', () => {
  const draft: Draft = {
    ...{ preset: 'nano', engine: 'onnxruntime:cpu', seeds: '0, 1', name: 'β = 0,5 & more' },
    typed: { klWeight: '0,5', batchSize: '', sampling: 'a=b&c:%' },
  };
  expect(reload(draft)).toEqual(draft);
});

test('nothing entered is another thing than all of it taken back', () => {
  const nothing = {
    preset: undefined,
    engine: undefined,
    seeds: undefined,
    name: undefined,
    typed: undefined,
  };
  expect(reload({})).toEqual(nothing);
  expect(reload({ name: '', typed: {} })).toEqual({ ...nothing, name: '', typed: {} });
});

test('a preset that there is not is none', () => {
  expect(readDraft(new URLSearchParams({ preset: 'huge' })).preset).toBeUndefined();
});
