import { expect, test } from 'vitest';
import { figureToSvg } from './files';
import { methodComparison } from './method-comparison';

const origin = { software: 'DITTO Studio', runs: [], versions: [], request: '{}' };
const size = { width: 234, height: undefined, fontSize: 7.5, heading: false };
const methods = ['DITTO', 'D-GAIL', 'D-BC', 'Behaviour cloning'].map((label, index) => ({
  ...{ label, colour: '#0072B2', mean: 100 - index, standardError: 2, over: '3 agents', agents: [90, 110] },
}));

test.each(['points', 'bars'] as const)(
  'every method has its name in a narrow figure, drawn as %s',
  (marks) => {
    const references = [{ label: 'Expert', value: 105, colour: '#000000' }];
    const figure = methodComparison({ title: '', subtitle: '', marks, methods, references, size, origin });
    const texts = [...figureToSvg(figure).matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!.trim());
    // The longest one has two lines.
    expect(texts).toEqual(
      expect.arrayContaining(['DITTO', 'D-GAIL', 'D-BC', 'Behaviour', 'cloning', 'Expert']),
    );
    expect(figure.summary).toBe(
      'DITTO 100 ± 2, D-GAIL 99 ± 2, D-BC 98 ± 2, Behaviour cloning 97 ± 2, Expert 105',
    );
  },
);
