import { join } from 'node:path';
import { z } from 'zod';
import type { EnvironmentSpecification } from '../../../shared/environment';
import { StudioError } from '../../../shared/errors';
import {
  gymnasiumIdSchema,
  gymnasiumSpaceSchema,
  gymnasiumVersionsSchema,
  type GymnasiumRequest,
  type GymnasiumSpace,
} from '../../../shared/gymnasium';
import { environmentIds, environmentSpecifications, requireEnvironment } from '../../environments';
import { findPython } from '../../environments/gymnasium/python';
import { gymnasiumSettings, gymnasiumSpecification } from '../../environments/gymnasium/specification';
import { openGymnasium, type EnvironmentSource } from '../../environments/open';
import { environmentSource } from '../../trainer/environment-source';
import { readJsonIfSound, writeJson } from '../../trainer/files';
import { pythonFolder } from '../../trainer/home';

const addedSchema = z.strictObject({
  id: gymnasiumIdSchema,
  space: gymnasiumSpaceSchema,
  versions: gymnasiumVersionsSchema,
});
const fileSchema = z.strictObject({ formatVersion: z.literal(1), environments: z.array(addedSchema) });
type Added = z.output<typeof addedSchema>;

const file = (home: string): string => join(home, 'environments.json');

/** The built-in environments and those of Gymnasium that were added to the home. */
export const knownEnvironments = (home: string): readonly EnvironmentSpecification[] => [
  ...environmentSpecifications,
  ...readAdded(home).map(({ id, space, versions }) => gymnasiumSpecification(id, space, versions)),
];

/** Where an environment that the home knows is played from. Throws StudioError for one that it does not know. */
export function knownSource(home: string, id: string): EnvironmentSource {
  const specification = requireEnvironment(knownEnvironments(home), id);
  return environmentSource(home, id, gymnasiumSettings(specification));
}

/**
 * Tries an environment of Gymnasium for a few steps and adds it to the home, in place of one of the same id. Throws
 * StudioError, and changes nothing, where it cannot be played.
 */
export async function addEnvironment(
  home: string,
  request: GymnasiumRequest,
): Promise<EnvironmentSpecification> {
  if (environmentIds.includes(request.id)) {
    throw new StudioError(`${request.id} is built in: there is no need to add it.`);
  }
  const opened = await openGymnasium(findPython(pythonFolder(home)), request, 1);
  try {
    const [environment] = opened.instances;
    const { specification } = environment!;
    await environment!.reset(0);
    const { actionKind, actions } = specification;
    await environment!.step(actionKind === 'discrete' ? 0 : new Float32Array(actions.length));
    const { versions, ...settings } = gymnasiumSettings(specification)!;
    const space: GymnasiumSpace = { ...settings, actionKind, actions: [...actions] };
    const others = readAdded(home).filter(({ id }) => id !== request.id);
    write(home, [...others, { id: request.id, space, versions }]);
    return specification;
  } finally {
    opened.close();
  }
}

/** Takes it off the list; what was recorded and trained stays. Throws StudioError where it is not on it. */
export function removeEnvironment(home: string, id: string): void {
  const added = readAdded(home);
  if (!added.some((one) => one.id === id)) {
    throw new StudioError(`${id} is not among the environments that were added.`);
  }
  write(
    home,
    added.filter((one) => one.id !== id),
  );
}

function write(home: string, environments: Added[]): void {
  writeJson(file(home), { formatVersion: 1, environments });
}

/** A damaged file costs adding the environments again: it is taken for none. */
const readAdded = (home: string): Added[] => readJsonIfSound(file(home), fileSchema)?.environments ?? [];
